using System.Collections.Concurrent;
using System.Diagnostics;
using CanaryStreams.Core.Simulation.Fleet;
using CanaryStreams.Engine.Simulation;

namespace CanaryStreams.Cli.Planning;

/// <summary>
/// Has every way of planning roll out the same updates of the same fleets, a seed each, and writes the tables. They are a
/// function of seeds, number and program: no time and no machine is in them.
/// </summary>
internal sealed class PlanningJob(IReadOnlyList<ulong> seeds, int rollouts, TextWriter output, TextWriter error)
{
    private readonly ConcurrentDictionary<(ulong Seed, int Arm), IReadOnlyList<FleetResult>> _results = new();

    /// <summary>The ways of planning, the reference first; each makes one that knows nothing yet.</summary>
    internal static IReadOnlyList<Func<IPlanningArm>> Arms { get; } =
    [PolicyArm.FixedSteps, PolicyArm.RuleOfThumb, () => new LearningArm()];

    private static readonly IReadOnlyList<string> s_names = [.. Arms.Select(create => create().Name)];

    public async Task RunAsync(CancellationToken stop)
    {
        var runs = seeds.SelectMany(seed => Enumerable.Range(0, Arms.Count).Select(arm => (seed, arm)));
        await Parallel.ForEachAsync(
            runs,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop },
            async (run, cancelled) => await RunAsync(run.seed, run.arm, cancelled)
        );
        var bySeed = seeds.ToDictionary(
            seed => seed,
            seed =>
                (IReadOnlyList<IReadOnlyList<FleetResult>>)
                    [.. Enumerable.Range(0, Arms.Count).Select(arm => _results[(seed, arm)])]
        );
        new PlanningReport(s_names, rollouts, output).Write(bySeed);
    }

    /// <summary>A row for each rollout of <see cref="RunAsync(CancellationToken)"/>, below a header.</summary>
    public IEnumerable<string> Rows() =>
        seeds
            .SelectMany(seed => Enumerable.Range(0, Arms.Count).Select(arm => (seed, arm)))
            .SelectMany(run => _results[run].Select(result => PlanningRows.Of(run.seed, s_names[run.arm], result)))
            .Prepend(PlanningRows.Header);

    private async Task RunAsync(ulong seed, int arm, CancellationToken stop)
    {
        var since = Stopwatch.GetTimestamp();
        var planning = Arms[arm]();
        _results[(seed, arm)] = await new FleetLoop(FleetScenario.Draw(seed, rollouts), planning).RunAsync(stop);
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        await error.WriteLineAsync(
            $"{planning.Name}, seed {seed}: {rollouts} rollouts, {rollouts / seconds:0.0} a second"
        );
    }
}
