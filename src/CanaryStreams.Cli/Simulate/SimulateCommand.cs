using System.CommandLine;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Cli.Simulate;

/// <summary><c>canarystreams simulate</c>: writes recorded rollouts whose truth is known.</summary>
public static class SimulateCommand
{
    private const string Description = """
        Write simulated rollouts as records for replay, seeded, with the truth beside them: healthy ones with everything
        that fools a judge, and faulty ones of many kinds. Each has an hour of stable history and an hour of canary.

        Example: canarystreams simulate --seed 3 --rollouts 1000 -o sim.jsonl.gz --truth truth.csv --policy policy.yaml
        """;

    public static Command Create()
    {
        var options = new SimulateOptions();
        var command = new Command("simulate", Description);
        options.AddTo(command);
        command.SetAction((parsed, stop) => RunAsync(parsed, options, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, SimulateOptions options, CancellationToken stop)
    {
        SimulatedFleet fleet;
        try
        {
            fleet = options.Draw(parsed);
        }
        catch (FormatException error)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(error.Message);
            return ExitCodes.BadInput;
        }
        await SimulationFile.WriteAsync(fleet.Play(), parsed.GetValue(options.Output), stop);
        if (parsed.GetValue(options.Truth) is { } truth)
            await File.WriteAllLinesAsync(truth, fleet.Truth(), stop);
        if (parsed.GetValue(options.Policy) is { } policy)
            await File.WriteAllTextAsync(policy, RolloutSimulator.PolicyYaml, stop);
        return ExitCodes.Done;
    }
}
