using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Tests.Evidence;

namespace CanaryStreams.Core.Tests.Learning;

/// <summary>What kept rollouts teach in tests.</summary>
internal static class Experiences
{
    public const long StartMs = 1_795_860_000_000;

    /// <summary>Of nothing but a name: it counts, and its evidence never rose.</summary>
    public static RolloutExperience Named(string rollout, long learntMs, MetricPolicy? policy = null) =>
        new(rollout, "fleet", learntMs, [new MetricExperience(policy ?? Arms.Errors, [], [])]);

    /// <summary>So many of <see cref="Named"/>, a second apart, oldest first.</summary>
    public static RolloutExperience[] Many(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Named($"r{i:D4}", StartMs + 1000L * i))];

    public static RolloutExperience Of(string rollout, params MetricExperience[] metrics) =>
        new(rollout, "fleet", StartMs, metrics);

    /// <summary>Two healthy arms under a restless load that both share, with an AR(1) difference.</summary>
    public static MetricExperience Level(
        SeededRandom random,
        MetricPolicy policy,
        double load,
        double deviation,
        double autocorrelation
    )
    {
        const double LoadAutocorrelation = 0.75;
        var (shared, difference) = (load * random.Normal(), deviation * random.Normal());
        Arm Value(double position) => Arms.Level(100 * Math.Exp(position), 1e6, 1e-4);
        var history = new List<Arm>();
        var buckets = new List<ArmsBucket>();
        for (var minute = 0; minute < 120; minute++)
        {
            shared = Next(random, shared, load, LoadAutocorrelation);
            difference = Next(random, difference, deviation, autocorrelation);
            if (minute < 60)
                history.Add(Value(shared));
            else
                buckets.Add(Arms.Bucket(minute - 60, Value(shared), Value(shared + difference)));
        }
        return new MetricExperience(policy, history, buckets);
    }

    /// <summary>What the metrics with these numbers of a simulated rollout show.</summary>
    public static RolloutExperience Of(SimulatedRollout rollout, params int[] metrics)
    {
        var played = SimulatedBuckets.Play(rollout);
        return Of(
            rollout.Rollout,
            [
                .. metrics.Select(metric => new MetricExperience(
                    rollout.Metrics[metric].Policy,
                    played.StableHistory(metric),
                    [.. Enumerable.Range(0, SimulatedRollout.CanaryMinutes).Select(m => played.Bucket(metric, m))]
                )),
            ]
        );
    }

    private static double Next(SeededRandom random, double now, double deviation, double autocorrelation) =>
        autocorrelation * now + deviation * Math.Sqrt(1 - autocorrelation * autocorrelation) * random.Normal();
}
