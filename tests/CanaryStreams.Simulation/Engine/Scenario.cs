using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Pipeline;

namespace CanaryStreams.Simulation.Engine;

/// <summary>What runs in one seed: how many of everything, and under which rules.</summary>
internal sealed class Scenario
{
    public const int BucketMs = 5_000;

    public Scenario(ulong seed, Mutant mutant, bool? hasRealLanes)
    {
        var random = SeededRandom.Of(seed, 2);
        Mutant = mutant;
        Processes = 1 + (int)random.Uniform(1, 3);
        Partitions = 1 + (int)random.Uniform(0, 3);
        Apps = 1 + (int)random.Uniform(1, 4);
        SkewMs = random.Chance(0.5) ? 0 : (int)random.Uniform(100, 4_000);
        HasRealLanes = hasRealLanes ?? random.Chance(0.15);
        // A real lane with a slower clock closes a bucket later than the undisturbed one does, by no more than this.
        if (HasRealLanes)
            SkewMs = Math.Min(SkewMs, 2_000);
        FaultsForMs = (int)random.Uniform(90_000, 180_000);
        var blast = (BlastRule)(int)random.Uniform(0, 3);
        Policies = new[] { Inconclusive.Hold, Inconclusive.Promote, Inconclusive.Rollback }
            .Select(inconclusive => PolicyOf(inconclusive, blast))
            .ToDictionary(policy => policy.Name);
        Lanes = new LaneFactory(Stream, Policies, DetectorModels.LabelFree, NoFleet.Instance);
    }

    public Mutant Mutant { get; }
    public int Processes { get; }
    public int Partitions { get; }
    public int Apps { get; }
    public int SkewMs { get; }
    public bool HasRealLanes { get; }
    public int FaultsForMs { get; }
    public IReadOnlyDictionary<string, Policy> Policies { get; }
    public LaneFactory Lanes { get; }

    /// <summary>Buckets are closed by event time alone: what an idle clock closes depends on when it was looked at.</summary>
    public StreamSettings Stream { get; } =
        new()
        {
            Bucket = TimeSpan.FromMilliseconds(BucketMs),
            AllowedLateness = TimeSpan.FromSeconds(2),
            IdleAfter = TimeSpan.FromHours(1),
            History = TimeSpan.FromMinutes(10),
        };

    private static Policy PolicyOf(Inconclusive inconclusive, BlastRule blast) =>
        new()
        {
            Name = inconclusive == Inconclusive.Hold ? "default" : inconclusive.ToString(),
            Steps = [10, 50],
            Bake = TimeSpan.FromSeconds(12),
            DecideBy = TimeSpan.FromSeconds(45),
            Inconclusive = inconclusive,
            Blast = blast,
            FailureThreshold = 0.6,
            AckTimeout = TimeSpan.FromSeconds(4),
            AckRetries = 3,
            CommandExpiry = TimeSpan.FromSeconds(40),
            StaleAfter = TimeSpan.FromSeconds(12),
            SilentCanary = TimeSpan.FromSeconds(30),
            Metrics = [.. Policy.DefaultMetrics.Take(2)],
        };
}
