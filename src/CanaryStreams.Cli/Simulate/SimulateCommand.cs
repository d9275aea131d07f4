using System.CommandLine;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Simulation.Fleet;

namespace CanaryStreams.Cli.Simulate;

/// <summary><c>canarystreams simulate</c>: writes recorded rollouts whose truth is known.</summary>
public static class SimulateCommand
{
    private const string Description = """
        Write simulated rollouts as records for replay, seeded, with the truth beside them: healthy ones with everything
        that fools a judge, and faulty ones of many kinds. Each has an hour of stable history and an hour of canary.

        Example: canarystreams simulate --seed 3 --rollouts 1000 -o sim.jsonl.gz --truth truth.csv --policy policy.yaml
                 canarystreams simulate --fleet --rollouts 50 -o fleet.jsonl.gz --truth truth.csv --policy policy.yaml
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
        if (parsed.GetValue(options.Fleet))
        {
            var scenario = FleetScenario.Draw(parsed.GetValue(options.Seed), parsed.GetValue(options.Rollouts));
            var recording = new FleetRecording(scenario);
            var yaml = FleetPolicies.FixedYaml;
            return await WriteAsync(parsed, options, recording.Play(), FleetRecording.Truth(scenario), yaml, stop);
        }
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
        return await WriteAsync(parsed, options, fleet.Play(), fleet.Truth(), RolloutSimulator.PolicyYaml, stop);
    }

    private static async Task<int> WriteAsync(
        ParseResult parsed,
        SimulateOptions options,
        IEnumerable<SimulatedRecord> records,
        IEnumerable<string> truths,
        string yaml,
        CancellationToken stop
    )
    {
        await SimulationFile.WriteAsync(records, parsed.GetValue(options.Output), stop);
        if (parsed.GetValue(options.Truth) is { } truth)
            await File.WriteAllLinesAsync(truth, truths, stop);
        if (parsed.GetValue(options.Policy) is { } policy)
            await File.WriteAllTextAsync(policy, yaml, stop);
        return ExitCodes.Done;
    }
}
