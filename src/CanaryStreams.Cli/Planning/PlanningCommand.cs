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
        var command = new Command("planning", Description) { seeds, rollouts, output };
        command.SetAction(
            (parsed, stop) =>
                RunAsync(
                    parsed.GetRequiredValue(seeds),
                    parsed.GetValue(rollouts),
                    parsed.GetValue(output),
                    parsed.InvocationConfiguration,
                    stop
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(
        ulong[] seeds,
        int rollouts,
        string? path,
        InvocationConfiguration console,
        CancellationToken stop
    )
    {
        if (path is null or "-")
        {
            await new PlanningJob(seeds, rollouts, console.Output, console.Error).RunAsync(stop);
            return ExitCodes.Done;
        }
        try
        {
            using var target = OutputFile.Open(path, Stream.Null);
            await using var writer = new StreamWriter(target.Stream, leaveOpen: true) { NewLine = "\n" };
            await new PlanningJob(seeds, rollouts, writer, console.Error).RunAsync(stop);
            await writer.FlushAsync(stop);
            target.Complete();
            return ExitCodes.Done;
        }
        catch (InputException e)
        {
            await console.Error.WriteLineAsync(e.Message);
            return ExitCodes.BadInput;
        }
    }
}
