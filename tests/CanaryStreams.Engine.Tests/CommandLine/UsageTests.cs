namespace CanaryStreams.Engine.Tests.CommandLine;

public class UsageTests
{
    [Theory]
    [InlineData("", "canarystreams --help")]
    [InlineData("fly", "canarystreams --help")]
    [InlineData("run --sideways", "canarystreams run --help")]
    [InlineData("run --embedded-port many", "canarystreams run --help")]
    [InlineData("run --embedded-port 70000", "canarystreams run --help")]
    [InlineData("simulate --rollouts many", "canarystreams simulate --help")]
    [InlineData("replay", "canarystreams replay --help")]
    [InlineData("replay a.jsonl --acks maybe", "canarystreams replay --help")]
    [InlineData("simulate --rollouts 0", "canarystreams simulate --help")]
    [InlineData("graph --format svg", "canarystreams graph --help")]
    [InlineData("rollout", "canarystreams rollout --help")]
    [InlineData("rollout show", "canarystreams rollout show --help")]
    [InlineData("judge folder --after 0", "canarystreams judge --help")]
    [InlineData("score a.csv --detector oracle", "canarystreams score --help")]
    [InlineData("evaluate scores.csv", "canarystreams evaluate --help")]
    public async Task BadUsage_SaysWhyOnStandardErrorAndEndsWithTwo(string line, string hint)
    {
        var (output, error) = (new StringWriter(), new StringWriter());

        var code = await Cli.CommandLine.RunAsync(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            output,
            error
        );

        code.ShouldBe(2);
        output.ToString().ShouldBeEmpty();
        var lines = error.ToString().Trim().Split('\n');
        lines.Length.ShouldBeGreaterThanOrEqualTo(2);
        lines[0].ShouldNotBeEmpty();
        lines[^1].ShouldBe($"See: {hint}");
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("replay --help")]
    [InlineData("graph")]
    [InlineData("graph --format mermaid")]
    public async Task GoodUsage_PrintsAndEndsWithZero(string line)
    {
        var (output, error) = (new StringWriter(), new StringWriter());

        (await Cli.CommandLine.RunAsync(line.Split(' '), output, error)).ShouldBe(0);

        output.ToString().ShouldNotBeEmpty();
        error.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task Stopped_EndsWith130()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        string[] args =
        [
            "simulate",
            "--rollouts",
            "1",
            "-o",
            Path.Combine(Path.GetTempPath(), "canarystreams-stopped.jsonl"),
        ];

        (await Cli.CommandLine.RunAsync(args, TextWriter.Null, TextWriter.Null, stop.Token)).ShouldBe(130);
    }
}
