using System.CommandLine;
using CanaryStreams.Cli.Score;

namespace CanaryStreams.Cli.Planning;

/// <summary><c>canarystreams evaluate planning</c>: ways of planning beside each other on the simulated fleet.</summary>
internal static class PlanningCommand
{
    private const string Description = """
        Roll out the updates of a simulated fleet, whose hidden faults hurt some clusters, once with each way of planning and
        the same judge, the engine deciding on telemetry of the weights it commanded; and write tables, as Markdown: how many
        requests met a bad version, how long good updates took, what was rolled back falsely, missed, and caught when.

        Example: canarystreams evaluate planning --seeds 1,2,3 --rollouts 300 -o planning.md
        """;

    public static Command Create()
    {
        var seeds = SeedsOption.Create("Seeds, separated by commas; a fleet each.", [1, 2, 3]);
        var rollouts = new Option<int>("--rollouts")
        {
            Description = "Rollouts of a fleet, one after the other in each of its applications.",
            DefaultValueFactory = _ => 300,
            HelpName = "N",
        };
        rollouts.Check(value => value is >= 2 and <= 20_000, "--rollouts must lie between 2 and 20000");
        var output = new Option<string?>("--output", "-o")
        {
            Description = "File to write to; standard output where it is left out or -.",
            HelpName = "FILE",
        };
        var rows = new Option<string?>("--rows")
        {
            Description = "File for a row about each rollout, with what was hidden in it, as CSV.",
            HelpName = "FILE",
        };
        var command = new Command("planning", Description) { seeds, rollouts, output, rows };
        command.SetAction(
            (parsed, stop) =>
                TextOutput.WriteAsync(
                    parsed.GetValue(output),
                    parsed.InvocationConfiguration,
                    async tables =>
                    {
                        var (numbers, count) = (parsed.GetRequiredValue(seeds), parsed.GetValue(rollouts));
                        var job = new PlanningJob(numbers, count, tables, parsed.InvocationConfiguration.Error);
                        await job.RunAsync(stop);
                        if (parsed.GetValue(rows) is { } file)
                            await File.WriteAllLinesAsync(file, job.Rows(), stop);
                        return ExitCodes.Done;
                    }
                )
        );
        return command;
    }
}
