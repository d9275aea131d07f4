using System.CommandLine;
using CanaryStreams.Cli.Evaluate;
using CanaryStreams.Cli.Judge;
using CanaryStreams.Cli.Score;

namespace CanaryStreams.Engine.Tests.Score;

public class CommandTests
{
    [Theory]
    [InlineData("score")]
    [InlineData("score in.csv --threshold 1")]
    [InlineData("score in.csv --detector oracle")]
    [InlineData("judge")]
    [InlineData("judge folder --after 0")]
    [InlineData("evaluate scores.csv")]
    [InlineData("evaluate scores.csv --labels l.csv --delay -1")]
    [InlineData("evaluate scores.csv --labels l.csv --buffer -1")]
    [InlineData("evaluate scores.csv --labels l.csv --choose-on o.csv")]
    [InlineData("evaluate scores.csv --labels l.csv --choose-scores o.csv")]
    [InlineData("evaluate scores.csv --suite folder")]
    [InlineData("evaluate --suite folder --labels l.csv")]
    [InlineData("evaluate --suite folder --detectors ewma,oracle")]
    [InlineData("evaluate")]
    public void Parse_BadUsage_IsAnError(string arguments) => Root().Parse(arguments).Errors.ShouldNotBeEmpty();

    [Theory]
    [InlineData("score a.csv b.csv.gz - -o out.csv --threshold 0.7")]
    [InlineData("score a.csv --detector ewma")]
    [InlineData("judge folder -o out.csv --after 30")]
    [InlineData("evaluate scores.csv --labels l.csv --delay 3")]
    [InlineData("evaluate s.csv --labels l.csv --choose-on o.csv --choose-scores p.csv --buffer 0 -o out.csv")]
    [InlineData("evaluate --suite folder --detectors ewma,sr -o table.md")]
    public void Parse_GoodUsage_IsNone(string arguments) => Root().Parse(arguments).Errors.ShouldBeEmpty();

    [Theory]
    [InlineData("score nowhere.csv")]
    [InlineData("judge nowhere")]
    [InlineData("evaluate nowhere.csv --labels nowhere.csv")]
    [InlineData("evaluate --suite nowhere")]
    [InlineData("evaluate nowhere.csv --labels nowhere.csv -o nowhere/out.csv")]
    public async Task Invoke_NoSuchInput_ExitsWithTwo(string arguments) =>
        (await Root().Parse(arguments).InvokeAsync()).ShouldBe(2);

    [Fact]
    public async Task Invoke_OtherDetector_IsTheOneThatScores()
    {
        using var folder = new TemporaryFolder();
        var rows = string.Concat(Enumerable.Range(0, 100).Select(i => $"a,{i},{(i == 99 ? 50 : i % 7)}\n"));
        var input = folder.Write("in.csv", "series_id,timestamp,value\n" + rows);
        var scores = new List<string>();
        foreach (var option in new[] { "", "--detector default", "--detector ewma" })
        {
            var output = folder.File("out.csv");
            (await Root().Parse($"score {input} -o {output} {option}").InvokeAsync()).ShouldBe(0);
            scores.Add(await File.ReadAllTextAsync(output));
        }

        scores[1].ShouldBe(scores[0]);
        scores[2].ShouldNotBe(scores[0]);
    }

    private static RootCommand Root() =>
        new() { ScoreCommand.Create(), JudgeCommand.Create(), EvaluateCommand.Create() };
}
