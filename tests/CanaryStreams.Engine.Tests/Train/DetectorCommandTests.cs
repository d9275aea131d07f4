using CanaryStreams.Engine.Tests.CommandLine;

namespace CanaryStreams.Engine.Tests.Train;

public sealed class DetectorCommandTests : ConsoleTest
{
    [Theory]
    [InlineData("", "--data")]
    [InlineData("--data . --set nonsense", "--set must be NAME=WEIGHT, 0 to 1000")]
    [InlineData("--data . --set =1", "--set must be NAME=WEIGHT, 0 to 1000")]
    [InlineData("--data . --set a=-1", "--set must be NAME=WEIGHT, 0 to 1000")]
    [InlineData("--data . --set a=NaN", "--set must be NAME=WEIGHT, 0 to 1000")]
    [InlineData("--data . --set a=1 --set a=2", "--set names a set twice")]
    [InlineData("--data . --networks 0", "--networks must lie between 1 and 16")]
    [InlineData("--data . --networks 17", "--networks must lie between 1 and 16")]
    [InlineData("--data . --seed -1", "-1")]
    [InlineData("--data . --part Some", "Some")]
    [InlineData("--data . --without Luck", "Luck")]
    public async Task Run_BadUsage_ExitsWithTwoAndSaysWhy(string arguments, string message)
    {
        (await Run(arguments)).ShouldBe(2);

        Error.ToString().ShouldContain(message);
        Error.ToString().ShouldContain("See: canarystreams train detector --help");
        Output.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_NoSuchFolder_ExitsWithTwo()
    {
        (await Run($"--data {Folder.File("absent")}")).ShouldBe(2);

        Error.ToString().Trim().ShouldBe($"{Folder.File("absent")}: no such folder");
    }

    [Fact]
    public async Task Run_EverySetDropped_ExitsWithTwo()
    {
        WriteTinySet();

        (await Run($"--data {Folder.Root} --drop a")).ShouldBe(2);

        Error.ToString().Trim().ShouldBe($"{Folder.Root}: every set is left out");
    }

    [Theory]
    [InlineData("--drop")]
    [InlineData("--set")]
    public async Task Run_NoSuchSet_ExitsWithTwoAndNamesThoseThereAre(string option)
    {
        WriteTinySet();

        (await Run($"--data {Folder.Root} {option} b{(option == "--set" ? "=2" : "")}")).ShouldBe(2);

        Error.ToString().Trim().ShouldBe($"{Folder.Root}: no set 'b'; there are a");
    }

    [Fact]
    public async Task Run_OutputThatCannotBeWritten_ExitsWithTwoBeforeAnythingIsTrained()
    {
        WriteTinySet();

        (await Run($"--data {Folder.Root} -o {Folder.File("no/such/model.json")}")).ShouldBe(2);

        Error.ToString().ShouldContain("can't be written");
        Error.ToString().Trim().ShouldNotContain('\n');
    }

    private void WriteTinySet() => Folder.Write("a.csv", "series_id,timestamp,value,label\nx,60,1,0\nx,120,2,1\n");

    private Task<int> Run(string arguments) =>
        Cli.CommandLine.RunAsync(
            ["train", "detector", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            Output,
            Error,
            TestContext.Current.CancellationToken
        );
}
