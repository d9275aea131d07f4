using System.CommandLine;
using CanaryStreams.Cli.Score;

namespace CanaryStreams.Cli.Verdicts;

/// <summary><c>canarystreams evaluate verdicts</c>: the engine's verdicts beside those of other judges.</summary>
internal static class VerdictsCommand
{
    private const string Description = """
        Simulate rollouts, have the same files judged by the engine (with and without what the fleet has learnt), by a
        Mann-Whitney judge in the manner of Kayenta and by fixed thresholds in the manner of Flagger, and write the tables,
        as Markdown: what was rolled back falsely, what was caught, and when.

        Example: canarystreams evaluate verdicts --seeds 1,2,3 --rollouts 2000 -o verdicts.md
        """;

    public static Command Create()
    {
        var seeds = SeedsOption.Create(
            "Seeds, separated by commas; the verdicts on their files are pooled.",
            [811, 812, 813]
        );
        var rollouts = new Option<int>("--rollouts")
        {
            Description = "Rollouts of all families in a seed's file.",
            DefaultValueFactory = _ => 900,
            HelpName = "N",
        };
        rollouts.Check(value => value is >= 18 and <= 20_000, "--rollouts must lie between 18 and 20000");
        var output = new Option<string?>("--output", "-o")
        {
            Description = "File to write to; standard output where it is left out or -.",
            HelpName = "FILE",
        };
        var command = new Command("verdicts", Description) { seeds, rollouts, output };
        command.SetAction(
            (parsed, stop) =>
                TextOutput.WriteAsync(
                    parsed.GetValue(output),
                    parsed.InvocationConfiguration,
                    async tables =>
                    {
                        var (numbers, count) = (parsed.GetRequiredValue(seeds), parsed.GetValue(rollouts));
                        await new VerdictsJob(numbers, count, tables, parsed.InvocationConfiguration.Error).RunAsync(
                            stop
                        );
                        return ExitCodes.Done;
                    }
                )
        );
        return command;
    }
}
