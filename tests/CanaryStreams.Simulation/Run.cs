using CanaryStreams.Core.Simulation;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Simulation.Broker;
using CanaryStreams.Simulation.Checks;
using CanaryStreams.Simulation.Engine;
using CanaryStreams.Simulation.Fleet;
using CanaryStreams.Simulation.Journal;
using CanaryStreams.Simulation.World;

namespace CanaryStreams.Simulation;

/// <summary>What became of one seed.</summary>
/// <param name="Broken">The invariant that didn't hold; null where all did.</param>
/// <param name="InWaves">Rollouts in which several clusters have gone together.</param>
/// <param name="InPart">Rollouts that went on without a cluster that was taken out.</param>
/// <param name="What">What was found, and a short history of what led there.</param>
internal sealed record RunResult(
    ulong Seed,
    string? Broken,
    string? What,
    IReadOnlyList<string> History,
    IReadOnlyList<long> Faults,
    long Steps,
    int Rollouts,
    int InWaves,
    int InPart,
    ulong TraceHash
);

/// <summary>One seed from its beginning to its end: faults, then calm, then everything has to be at its end.</summary>
internal static class Run
{
    private const long SettleMs = 60_000;
    private const long CloseMs = 120_000;
    private const long DrainMs = 60_000;

    /// <param name="write">Gets every line of the trace; null where nobody reads along.</param>
    /// <param name="hasRealLanes">Whether the analyzer's real lane runs, or a light source of signals; null: as the seed says.</param>
    public static RunResult Of(
        ulong seed,
        Mutant mutant = Mutant.None,
        Action<string>? write = null,
        bool? hasRealLanes = null,
        Action<Weather>? change = null
    )
    {
        var scenario = new Scenario(seed, mutant, hasRealLanes);
        var weather = new Weather(SeededRandom.Of(seed, 3), isCalm: false);
        change?.Invoke(weather);
        var world = new SimulatedWorld(seed, weather, new Trace(write));
        var broker = new SimulatedBroker(world, scenario.Partitions);
        var journal = new JournalServer(new MemoryJournal());
        var checks = world.Checks = new Invariants(world, broker, journal, scenario);
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            Play(world, broker, journal, scenario, checks);
            return Result(world, checks, null);
        }
        catch (BrokenInvariantException broken)
        {
            write?.Invoke(broken.StackTrace ?? "");
            return Result(world, checks, broken);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private static void Play(
        SimulatedWorld world,
        SimulatedBroker broker,
        JournalServer journal,
        Scenario scenario,
        Invariants checks
    )
    {
        var random = SeededRandom.Of(world.Seed, 4);
        var applications = Enumerable
            .Range(0, scenario.Apps)
            .Select(i => new Application(i, 1 + (int)random.Uniform(0, 4)))
            .ToList();
        using var cluster = new Cluster(world, broker, journal, scenario);
        checks.OwnsLane = cluster.OwnsLane;
        var telemetry = new TelemetrySource(world, broker, scenario, applications);
        world.Add(telemetry);
        var operators = new Operators(world, broker, scenario, applications, checks.Journal);
        world.Add(operators);
        world.Add(new Disasters(world, broker, journal, cluster));
        foreach (var application in applications)
            for (var i = 0; i < application.Clusters; i++)
                world.Add(new SimulatedAgent(world, broker, scenario, application.Name, $"c{i}"));
        world.Hold(scenario.FaultsForMs);
        world.IsCalm = true;
        world.Tell("world", "is calm from here on");
        world.Hold(SettleMs);
        operators.IsClosing = true;
        world.Hold(CloseMs);
        telemetry.IsDone = true;
        world.Hold(DrainMs);
        checks.AtEnd();
    }

    private static RunResult Result(SimulatedWorld world, Invariants checks, BrokenInvariantException? broken) =>
        new(
            world.Seed,
            broken?.Invariant,
            broken?.Message,
            broken is null ? [] : [.. world.Trace.Newest],
            world.Faults,
            world.Steps,
            checks.Journal.States.Count(),
            checks.Journal.InWaves(),
            checks.Journal.InPart(),
            world.Trace.Hash
        );
}
