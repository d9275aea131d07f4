using CanaryStreams.Core.Baselines;
using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Lanes;

/// <summary>
/// The clusters in which a rollout's version has become the stable one, of a rollout that is watched after its promotion: each
/// series that the policy names against what was expected of it before.
/// </summary>
internal sealed class PromotedClusters(
    RolloutRequest request,
    Policy policy,
    EvidenceSettings settings,
    double share,
    long lingerMs
)
{
    private readonly Dictionary<(string Cluster, string Metric, string? Variant), PromotedSeries> _series = [];
    private readonly Dictionary<string, MetricPolicy> _metrics = policy.Metrics.ToDictionary(metric => metric.Name);
    private readonly HashSet<string> _clusters = [.. request.Clusters.Select(cluster => cluster.Name)];
    private readonly long _watchMs = (long)policy.Watch.GetValueOrDefault().TotalMilliseconds;
    private long _lastBegunMs = long.MinValue;

    /// <summary>
    /// The supervisors know when the watch ends and the lane doesn't: it goes on for as long as it can last behind the last
    /// cluster's change, and a while.
    /// </summary>
    public bool IsUnderWay(long endMs) => _lastBegunMs > long.MinValue && endMs - _lastBegunMs <= _watchMs + lingerMs;

    /// <summary>Adds evidence and forecast to a stable series' signal, and what was expected of it.</summary>
    /// <param name="before">What was expected of the bucket before the version was promoted.</param>
    /// <param name="history">The arm's buckets before this one.</param>
    public Signal Judge(
        Signal signal,
        long endMs,
        in ArmBucket arm,
        double score,
        Expectation before,
        ArmHistory? history
    )
    {
        var key = (arm.Key.Cluster, arm.Key.Metric, arm.Key.Variant);
        if (!_metrics.TryGetValue(arm.Key.Metric, out var metric) || !_clusters.Contains(arm.Key.Cluster))
            return signal;
        if (!_series.TryGetValue(key, out var series))
        {
            _series[key] = series = new PromotedSeries(
                metric,
                history?.ToArray() ?? [],
                share,
                policy.Watch.GetValueOrDefault(),
                settings
            );
            _lastBegunMs = endMs;
        }
        return series.Judge(signal, endMs, arm.Values, score, before);
    }
}
