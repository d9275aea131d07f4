using System.CommandLine;
using System.IO.Compression;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Cli.Simulate;

/// <summary><c>canarystreams simulate</c>: writes recorded rollouts whose truth is known.</summary>
public static class SimulateCommand
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    private const string Description = """
        Write simulated rollouts as records for replay, seeded, with the truth beside them: healthy ones with everything
        that fools a judge, and faulty ones of many kinds. Each has an hour of stable history and an hour of canary.

        Example: canarystreams simulate --seed 3 --rollouts 1000 -o sim.jsonl.gz --truth truth.csv --policy policy.yaml
        """;

    public static Command Create()
    {
        var seed = new Option<ulong>("--seed")
        {
            Description = "Seed; the same one gives the same bytes.",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };
        var rollouts = new Option<int>("--rollouts")
        {
            Description = "How many; each is an application of its own.",
            DefaultValueFactory = _ => 100,
            HelpName = "N",
        };
        rollouts.Check(value => value is >= 1 and <= 100_000, "--rollouts must lie between 1 and 100000");
        var families = new Option<string>("--families")
        {
            Description =
                "Families, taken in turn: all, healthy, faulty, or names separated by commas: "
                + string.Join(", ", RolloutFamilies.All.Select(family => family.Name())),
            DefaultValueFactory = _ => "all",
            HelpName = "NAMES",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "File for the records, compressed where it ends in .gz; standard output where left out or -.",
            HelpName = "FILE",
        };
        var truth = new Option<string?>("--truth") { Description = "File for the truth, CSV.", HelpName = "FILE" };
        var policy = new Option<string?>("--policy")
        {
            Description = "File for the policy that goes with the records: one step of 60 minutes.",
            HelpName = "FILE",
        };
        var command = new Command("simulate", Description) { seed, rollouts, families, output, truth, policy };
        command.SetAction(
            (parsed, stop) =>
                RunAsync(
                    parsed.GetValue(seed),
                    parsed.GetValue(rollouts),
                    parsed.GetRequiredValue(families),
                    parsed.GetValue(output),
                    parsed.GetValue(truth),
                    parsed.GetValue(policy),
                    parsed.InvocationConfiguration.Error,
                    stop
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(
        ulong seed,
        int count,
        string families,
        string? output,
        string? truth,
        string? policy,
        TextWriter errors,
        CancellationToken stop
    )
    {
        IReadOnlyList<RolloutFamily> chosen;
        try
        {
            chosen = RolloutFamilies.Parse(families);
        }
        catch (FormatException error)
        {
            await errors.WriteLineAsync(error.Message);
            return ExitCodes.BadInput;
        }
        var rollouts = RolloutSimulator.Rollouts(seed, count, chosen).ToList();
        var startMs = Start.ToUnixTimeMilliseconds();
        await using (var stream = Open(output))
        await using (var writer = new StreamWriter(stream, bufferSize: 1 << 16) { NewLine = "\n" })
        {
            foreach (var record in SimulatedRecords.Play(rollouts, startMs))
            {
                stop.ThrowIfCancellationRequested();
                writer.WriteLine(record.Line);
            }
        }
        if (truth is not null)
            await File.WriteAllLinesAsync(truth, SimulatedRecords.Truth(rollouts, startMs), stop);
        if (policy is not null)
            await File.WriteAllTextAsync(policy, RolloutSimulator.PolicyYaml, stop);
        return ExitCodes.Done;
    }

    private static Stream Open(string? path)
    {
        if (path is null or "-")
            return Console.OpenStandardOutput();
        var file = File.Create(path);
        return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(file, CompressionLevel.Fastest)
            : file;
    }
}
