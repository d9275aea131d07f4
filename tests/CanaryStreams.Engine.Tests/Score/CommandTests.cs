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
    [InlineData("judge")]
    [InlineData("judge folder --after 0")]
    [InlineData("evaluate scores.csv")]
    [InlineData("evaluate scores.csv --labels l.csv --delay -1")]
    public void Parse_BadUsage_IsAnError(string arguments) => Root().Parse(arguments).Errors.ShouldNotBeEmpty();

    [Theory]
    [InlineData("score a.csv b.csv.gz - -o out.csv --threshold 0.7 --band")]
    [InlineData("judge folder -o out.csv --after 30")]
    [InlineData("evaluate scores.csv --labels l.csv --delay 3")]
    public void Parse_GoodUsage_IsNone(string arguments) => Root().Parse(arguments).Errors.ShouldBeEmpty();

    [Theory]
    [InlineData("score nowhere.csv")]
    [InlineData("judge nowhere")]
    [InlineData("evaluate nowhere.csv --labels nowhere.csv")]
    public async Task Invoke_NoSuchInput_ExitsWithTwo(string arguments) =>
        (await Root().Parse(arguments).InvokeAsync()).ShouldBe(2);

    private static RootCommand Root() =>
        new() { ScoreCommand.Create(), JudgeCommand.Create(), EvaluateCommand.Create() };
}
