using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Evidence;

/// <summary>Buckets and policies for tests of evidence.</summary>
internal static class Arms
{
    public const double Share = 0.0025;

    public static readonly MetricPolicy Errors = new(
        "error_rate",
        MetricKind.Ratio,
        Worse.Up,
        new MinEffect(0.002, false)
    );
    public static readonly MetricPolicy Conversion = new(
        "conversion",
        MetricKind.Ratio,
        Worse.Down,
        new MinEffect(0.002, false)
    );
    public static readonly MetricPolicy Latency = new(
        "latency_ms",
        MetricKind.Mean,
        Worse.Up,
        new MinEffect(0.05, true)
    );
    public static readonly MetricPolicy Cpu = new("cpu_pct", MetricKind.Gauge, Worse.Up, new MinEffect(0.15, true));

    public static Arm Ratio(int events, int trials) => new(trials, (double)events / trials, 2, double.NaN);

    public static Arm Level(double mean, double count = 300, double deviation = 0.01) =>
        new(count, mean, 2, mean * mean * deviation * deviation);

    public static Arm[] RatioHistory(SeededRandom random, double rate, int trials, int buckets = 60) =>
        [.. Enumerable.Range(0, buckets).Select(_ => Ratio(random.Binomial(trials, rate), trials))];

    public static Arm[] LevelHistory(SeededRandom random, double level, double deviation = 0.02, int buckets = 60) =>
        [.. Enumerable.Range(0, buckets).Select(_ => Level(level * Math.Exp(deviation * random.Normal())))];

    public static ArmsBucket Bucket(int minute, Arm stable, Arm canary) => new((minute + 1) * 60_000L, stable, canary);

    public static IMetricEvidence Create(MetricPolicy policy, IReadOnlyList<Arm> history, double share = Share) =>
        MetricEvidenceFactory.Create(policy, history, share, EvidenceSettings.Default);

    /// <summary>The reading after the first bucket that is an anomaly, with its number from 1; null where none is.</summary>
    public static int? FirstAnomaly(IMetricEvidence evidence, int minutes, Func<int, (Arm Stable, Arm Canary)> arms)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            var (stable, canary) = arms(minute);
            if (evidence.Observe(Bucket(minute, stable, canary)).IsAnomaly)
                return minute + 1;
        }
        return null;
    }
}
