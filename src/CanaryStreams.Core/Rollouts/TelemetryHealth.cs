using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Rollouts;

/// <summary>Whether a bucket's telemetry can be judged at all. Late or absent data holds: it is never a zero and never a pass.</summary>
internal static class TelemetryHealth
{
    /// <summary>
    /// What is wrong with a cluster's telemetry; null where every metric that the policy names and anybody there
    /// reports is fresh on both sides. A metric that neither side reports isn't measured there and isn't asked for.
    /// </summary>
    public static string? Problem(IReadOnlyList<Signal> signals, string cluster, string version, Policy policy)
    {
        var measured = 0;
        foreach (var metric in policy.Metrics)
        {
            var (stable, canary) = SidesOf(signals, cluster, version, metric.Name);
            if (canary == Side.Absent && stable is Side.Absent or Side.Old)
                continue;
            measured++;
            if (canary != Side.Fresh)
                return $"{metric.Name} of the canary in {cluster} is {Word(canary)}";
            if (stable != Side.Fresh)
                return $"{metric.Name} of stable in {cluster} is {Word(stable)}";
        }
        return measured == 0 ? $"{cluster} reports no metric that the policy names" : null;
    }

    private enum Side
    {
        Absent,
        Old,
        Fresh,
    }

    /// <summary>Stable is fresh if any of its versions is; the canary only if every variant of it is.</summary>
    private static (Side Stable, Side Canary) SidesOf(
        IReadOnlyList<Signal> signals,
        string cluster,
        string version,
        string metric
    )
    {
        var stable = Side.Absent;
        var canary = Side.Absent;
        foreach (var signal in signals)
        {
            if (signal.Cluster != cluster || signal.Metric != metric)
                continue;
            var side = IsFresh(signal) ? Side.Fresh : Side.Old;
            if (signal.Track == Track.Stable)
                stable = side > stable ? side : stable;
            else if (signal.Version == version)
                canary = canary == Side.Absent || side < canary ? side : canary;
        }
        return (stable, canary);
    }

    public static bool IsFresh(Signal signal) => signal.Quality is SignalQuality.Ok or SignalQuality.Sparse;

    private static string Word(Side side) => side == Side.Absent ? "missing" : "stale or missing";
}
