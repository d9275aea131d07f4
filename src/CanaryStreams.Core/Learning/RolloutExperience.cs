using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Learning;

/// <summary>
/// What was seen of one rollout that was kept and turned out to be good: the raw material of what the fleet knows. Kept as
/// it was seen, not as it was judged, so that whatever judges later can learn from it anew.
/// </summary>
/// <param name="Rollout">Its id; a rollout teaches once.</param>
/// <param name="App">Whose rollout it was.</param>
/// <param name="LearntMs">When its outcome was reported, Unix milliseconds.</param>
/// <param name="Metrics">One for each metric that was compared, in each cluster and variant.</param>
public sealed record RolloutExperience(
    string Rollout,
    string App,
    long LearntMs,
    IReadOnlyList<MetricExperience> Metrics
)
{
    /// <summary>Comparisons of one rollout that teach; more would make a record too large for a broker (each is about 8 KB).</summary>
    public const int MostMetrics = 80;
}

/// <summary>Both arms of one metric.</summary>
/// <param name="StableHistory">Stable's buckets before the canary, oldest first, empty ones included.</param>
/// <param name="Buckets">Both arms' buckets since the canary began, oldest first.</param>
public sealed record MetricExperience(
    MetricPolicy Policy,
    IReadOnlyList<Arm> StableHistory,
    IReadOnlyList<ArmsBucket> Buckets
)
{
    /// <summary>The name under which all synthetic transactions teach: of each there are few runs.</summary>
    public const string Synthetic = "synthetic";

    public bool IsSynthetic => Policy.Name == Synthetic && StableHistory.Count == 0;

    /// <summary>The policy that synthetic pairs are judged by: the failure ratio, worse up.</summary>
    public static MetricPolicy SyntheticPolicy(double minEffect) =>
        new(Synthetic, MetricKind.Ratio, Worse.Up, new MinEffect(minEffect, Relative: false));
}
