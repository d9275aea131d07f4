using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Lanes;

/// <summary>
/// One side of a comparison: all instances together, and of stable all versions (its baseline outlives an update),
/// of a canary only one version (what an earlier update left running is not this one).
/// </summary>
/// <param name="CanaryVersion">The version of a canary; empty for stable.</param>
public sealed record ArmKey(string Cluster, string Metric, Track Track, string CanaryVersion, string? Variant)
{
    public static ArmKey Of(SeriesKey series) =>
        new(
            series.Cluster,
            series.Metric,
            series.Track,
            series.Track == Track.Canary ? series.Version : "",
            series.Variant
        );

    /// <summary>Ordinal by cluster, metric, track (stable first), version, variant: the order of signals.</summary>
    public static Comparer<ArmKey> Order { get; } = Comparer<ArmKey>.Create(Compare);

    private static int Compare(ArmKey a, ArmKey b)
    {
        var order = string.CompareOrdinal(a.Cluster, b.Cluster);
        if (order == 0)
            order = string.CompareOrdinal(a.Metric, b.Metric);
        if (order == 0)
            order = a.Track.CompareTo(b.Track);
        if (order == 0)
            order = string.CompareOrdinal(a.CanaryVersion, b.CanaryVersion);
        return order == 0 ? string.CompareOrdinal(a.Variant, b.Variant) : order;
    }
}
