using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Simulation.Fleet;

namespace CanaryStreams.Core.Tests.Planning.Impact;

/// <summary>Fleets' outcomes, and models trained on them, for several tests.</summary>
internal static class Outcomes
{
    private static readonly Dictionary<ulong, FleetScenario> s_scenarios = new ulong[] { 31, 32, 33, 34 }.ToDictionary(
        seed => seed,
        seed => FleetScenario.Draw(seed, 600)
    );

    private static readonly Dictionary<ulong, Lazy<TrainedImpact>> s_trained = s_scenarios.ToDictionary(
        one => one.Key,
        one => new Lazy<TrainedImpact>(() => ImpactTrainer.Train(Rows(one.Key, 200), one.Key))
    );

    public static IEnumerable<ulong> Seeds => s_scenarios.Keys;

    public static TrainedImpact Prior { get; } = ImpactTrainer.Train([], 1);

    public static ClusterProfile Usual { get; } =
        new()
        {
            Name = "eu-1",
            LoadPct = 50,
            Instances = 10,
            Kernel = "6.1",
            MemoryGb = 16,
            Network = "10g",
        };

    /// <summary>After 200 rollouts of a fleet.</summary>
    public static TrainedImpact Trained(ulong seed) => s_trained[seed].Value;

    public static IEnumerable<ClusterOutcome> Rows(ulong seed, int rollouts) =>
        s_scenarios[seed].Updates.Take(rollouts).SelectMany(FleetRows.Seen);

    /// <summary>Updates that no model was trained on.</summary>
    public static IEnumerable<FleetUpdate> Later(ulong seed) => s_scenarios[seed].Updates.Skip(250);
}
