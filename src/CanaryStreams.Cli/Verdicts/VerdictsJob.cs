using System.Collections.Concurrent;
using CanaryStreams.Cli.Simulate;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Cli.Verdicts;

/// <summary>
/// Simulates rollouts under every condition and for every seed, has each file judged by everybody, and writes the tables.
/// They are a function of seeds, number and program: no time and no machine is in them.
/// </summary>
/// <param name="seeds">A file each, under each condition; their verdicts are pooled.</param>
/// <param name="rollouts">How many of all families a file holds.</param>
internal sealed class VerdictsJob(IReadOnlyList<ulong> seeds, int rollouts, TextWriter output, TextWriter error)
{
    /// <summary>Earlier rollouts for each one that is judged.</summary>
    private const double EarlierShare = 0.2;

    private readonly ConcurrentDictionary<(VerdictCondition Condition, ulong Seed), JudgedRollouts> _judged = new();

    public async Task RunAsync(CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("canarystreams-verdicts-");
        try
        {
            var files = VerdictCondition.All.SelectMany(condition => seeds.Select(seed => (condition, seed)));
            await Parallel.ForEachAsync(
                files,
                new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop },
                async (file, cancelled) => await JudgeAsync(file.condition, file.seed, folder, cancelled)
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        output.WriteLine(VerdictReport.Head(seeds, rollouts));
        foreach (var condition in VerdictCondition.All)
            VerdictReport.Write(
                condition,
                JudgedRollouts.Pool(seeds.Select(seed => _judged[(condition, seed)])),
                output
            );
    }

    private async ValueTask JudgeAsync(
        VerdictCondition condition,
        ulong seed,
        DirectoryInfo folder,
        CancellationToken stop
    )
    {
        var count = Math.Max((int)(condition.PerSeed * rollouts), condition.Families.Count);
        var earlier = (int)(EarlierShare * rollouts);
        var fleet = SimulatedFleet.Draw(seed, earlier, count, condition.Families, condition.Noise);
        var own = folder.CreateSubdirectory($"{condition.Name}-{seed}");
        var file = Path.Combine(own.FullName, "rollouts.jsonl.gz");
        await SimulationFile.WriteAsync(fleet.Play(), file, stop);
        _judged[(condition, seed)] = await VerdictJudges.JudgeAsync(fleet, own.FullName, file, stop);
        own.Delete(recursive: true);
        await error.WriteLineAsync($"{condition.Name}, seed {seed}: {count} rollouts judged");
    }
}
