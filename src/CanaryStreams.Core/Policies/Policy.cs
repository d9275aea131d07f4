using System.Text.Json.Serialization;

namespace CanaryStreams.Core.Policies;

/// <summary>What to do with a step that has no verdict by <see cref="Policy.DecideBy"/>.</summary>
public enum Inconclusive
{
    Hold,
    Promote,
    Rollback,
}

/// <summary>How many clusters of a rollout go together.</summary>
public enum WaveRule
{
    OneByOne,

    /// <summary>
    /// The first cluster alone; after it the more together the lower the risk, and one by one where it is high or where
    /// nothing is known of the change.
    /// </summary>
    ByRisk,
}

/// <summary>What else is taken back, or doesn't begin, where one cluster fails.</summary>
public enum BlastRule
{
    /// <summary>The version goes out of every cluster, promoted ones too.</summary>
    All,

    /// <summary>The cluster that fails alone; the rest of the rollout goes on.</summary>
    Cluster,

    /// <summary>
    /// With it those that are like it: whose risk is very high after the failure, or, where what predicts the risk doesn't learn
    /// from a failure, whose profile shares what makes the failing one vulnerable.
    /// </summary>
    Similar,
}

/// <summary>Which variant is taken where none has won by <see cref="Policy.DecideBy"/>.</summary>
public enum VariantTie
{
    /// <summary>The first of the request among those that look alike.</summary>
    First,

    /// <summary>A person is asked.</summary>
    Hold,

    /// <summary>The one whose worst estimated effect against stable is the smallest, be it noise.</summary>
    LeastHarm,
}

/// <summary>How rollouts are judged and moved. Every member has a documented default.</summary>
public sealed record Policy
{
    public string Name { get; init; } = "default";

    /// <summary>Canary weights in per cent, rising, each in 1..100; null: planned from the predicted risk.</summary>
    public IReadOnlyList<int>? Steps { get; init; }

    /// <summary>One by one in rollouts that were requested before there were waves.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public WaveRule Waves { get; init; } = WaveRule.ByRisk;

    /// <summary>What else stops when one cluster fails.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public BlastRule Blast { get; init; }

    /// <summary>Least healthy time at a step before the canary may grow.</summary>
    public TimeSpan Bake { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>By then a step has a verdict, or <see cref="Inconclusive"/> says what happens. ≥ <see cref="Bake"/>.</summary>
    public TimeSpan DecideBy { get; init; } = TimeSpan.FromMinutes(60);

    public Inconclusive Inconclusive { get; init; } = Inconclusive.Hold;

    /// <summary>What happens where variants are compared and none has won by <see cref="DecideBy"/> of the last step.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public VariantTie Tie { get; init; }

    /// <summary>
    /// Names among <see cref="Metrics"/> that decide between variants that are alike in all others; null: every metric is one of
    /// stability. Against stable they are judged like the others.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Kpis { get; init; }

    /// <summary>Probability that a healthy rollout is rolled back, over its whole life, all metrics and clusters. In (0,0.5].</summary>
    public double FalseRollbackBudget { get; init; } = 0.01;

    /// <summary>P(sustained failure) from which an anomaly rolls back, in (0,1); null: adapted to the risk.</summary>
    public double? FailureThreshold { get; init; }

    /// <summary>"Sustained" looks this far ahead.</summary>
    public TimeSpan Horizon { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A command not acknowledged within this time is sent again with the same id.</summary>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often an unacknowledged or failed command is sent again before the rollout is held (a rollback never gives up).</summary>
    public int AckRetries { get; init; } = 5;

    /// <summary>After this time without a newer command an agent returns to stable; renewed while the canary bakes.</summary>
    public TimeSpan CommandExpiry { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Telemetry of a canary or its stable side older than this holds the rollout.</summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>
    /// A canary of which nothing at all is heard for this long, while stable speaks, is rolled back; null: never. Longer
    /// than <see cref="StaleAfter"/>. Also null in rollouts that were requested before there was such a rule.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? SilentCanary { get; init; } = SilentCanaryDefault;

    /// <summary>
    /// Well beyond the quarter of an hour that a collector's restart or a lost shipment of telemetry may take, and well
    /// before the default <see cref="DecideBy"/>.
    /// </summary>
    public static TimeSpan SilentCanaryDefault { get; } = TimeSpan.FromMinutes(20);

    /// <summary>Whether synthetic transactions that fail on canary and not on stable can roll back.</summary>
    public bool SyntheticRollsBack { get; init; } = true;

    /// <summary>The smallest difference of the failure ratio of synthetic pairs worth a rollback, absolute.</summary>
    public double SyntheticMinEffect { get; init; } = 0.05;

    public IReadOnlyList<MetricPolicy> Metrics { get; init; } = DefaultMetrics;

    public bool IsKpi(string metric) => Kpis?.Contains(metric) == true;

    public static IReadOnlyList<MetricPolicy> DefaultMetrics { get; } =
    [
        new("error_rate", MetricKind.Ratio, Worse.Up, new MinEffect(0.002, Relative: false)),
        new("latency_ms", MetricKind.Mean, Worse.Up, new MinEffect(0.05, Relative: true)),
        new("cpu_pct", MetricKind.Gauge, Worse.Up, new MinEffect(0.15, Relative: true)),
        new("conversion", MetricKind.Ratio, Worse.Down, new MinEffect(0.002, Relative: false)),
    ];
}
