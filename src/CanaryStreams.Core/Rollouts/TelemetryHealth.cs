using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Rollouts;

/// <summary>Whether a bucket's telemetry can be judged at all. Late or absent data holds: it is never a zero and never a pass.</summary>
internal static class TelemetryHealth
{
    /// <summary>
    /// What is wrong with a cluster's telemetry; null where every metric that the policy names and anybody there
    /// reports is fresh and compared, and every open anomaly can still be followed. A metric that neither side reports
    /// isn't measured there and isn't asked for. What is missing goes before what is only late.
    /// </summary>
    public static TelemetryProblem? Problem(IReadOnlyList<Signal> signals, string cluster, RolloutState state)
    {
        var ofMetrics = OfMetrics(signals, cluster, state.Request!.Version, state.Policy!);
        if (ofMetrics is { Holds: true })
            return ofMetrics;
        var ofAnomalies = state
            .Anomalies.Where(open => open.Cluster == cluster)
            .Select(open => OfAnomaly(signals, open, state.Request.Version))
            .OfType<TelemetryProblem>()
            .ToList();
        return ofAnomalies.Find(problem => problem.Holds) ?? ofMetrics ?? ofAnomalies.FirstOrDefault();
    }

    private static TelemetryProblem? OfMetrics(
        IReadOnlyList<Signal> signals,
        string cluster,
        string version,
        Policy policy
    )
    {
        var measured = 0;
        TelemetryProblem? late = null;
        foreach (var metric in policy.Metrics)
        {
            var (stable, canary) = SidesOf(signals, cluster, version, metric.Name);
            if (canary == Side.Absent && stable is Side.Absent or Side.Missing)
                continue;
            measured++;
            if (stable == Side.Fresh && canary == Side.Fresh)
                continue;
            var (side, name) = canary < stable ? (canary, "the canary") : (stable, "stable");
            var problem = new TelemetryProblem(
                $"{metric.Name} of {name} in {cluster} is {Word(side)}",
                side != Side.Late
            );
            if (problem.Holds)
                return problem;
            late ??= problem;
        }
        if (measured > 0)
            return late;
        // A policy without metrics leaves the verdict to synthetic runs; that the canary is there at all is still asked.
        var isAlive = policy.Metrics.Count == 0 && signals.Any(signal => IsCanary(signal, cluster, version));
        return isAlive ? null : new TelemetryProblem($"{cluster} reports no metric that the policy names", Holds: true);
    }

    private static bool IsCanary(Signal signal, string cluster, string version) =>
        signal.Track == Track.Canary
        && signal.Cluster == cluster
        && signal.Version == version
        && SideOf(signal) == Side.Fresh;

    /// <summary>An anomaly whose signal no longer comes hasn't gone away: nobody can see any more whether it has.</summary>
    private static TelemetryProblem? OfAnomaly(IReadOnlyList<Signal> signals, OpenAnomaly open, string version)
    {
        var side = Side.Absent;
        foreach (var signal in signals)
        {
            var isIts =
                signal.Track == Track.Canary
                && signal.Version == version
                && (signal.Cluster, signal.Metric, signal.Variant) == (open.Cluster, open.Metric, open.Variant);
            if (isIts && SideOf(signal) is var one && one > side)
                side = one;
        }
        if (side == Side.Fresh)
            return null;
        var variant = open.Variant is { } name ? $" (variant {name})" : "";
        return new TelemetryProblem(
            $"{open.Metric} of the canary in {open.Cluster}{variant} was anomalous and is {Word(side)}",
            side != Side.Late
        );
    }

    /// <summary>From worst to best.</summary>
    private enum Side
    {
        Absent,
        Missing,

        /// <summary>A canary's signal without evidence: it says nothing of the canary, least of all that it is well.</summary>
        Uncompared,
        Late,
        Fresh,
    }

    /// <summary>Stable is as good as the best of its versions; the canary only as good as the worst of its variants.</summary>
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
            var side = SideOf(signal);
            if (signal.Track == Track.Stable)
                stable = side > stable ? side : stable;
            else if (signal.Version == version)
                canary = canary == Side.Absent || side < canary ? side : canary;
        }
        return (stable, canary);
    }

    private static Side SideOf(Signal signal) =>
        signal.Quality switch
        {
            SignalQuality.Missing => Side.Missing,
            SignalQuality.Stale => Side.Late,
            _ when signal is { Track: Track.Canary, Evidence: null } => Side.Uncompared,
            _ => Side.Fresh,
        };

    public static bool IsFresh(Signal signal) => signal.Quality is SignalQuality.Ok or SignalQuality.Sparse;

    private static string Word(Side side) =>
        side switch
        {
            Side.Late => "late",
            Side.Uncompared =>
                "not compared with stable: its signal has no evidence, which only clusters and variants of the "
                    + "request have, and only beside a stable one",
            _ => "missing",
        };
}

/// <param name="Reason">A sentence.</param>
/// <param name="Holds">
/// True when it has lasted for the policy's patience: the rollout is held. What is only late so far stops growth in its
/// bucket and nothing else, or an application with few requests would be held at every empty bucket.
/// </param>
internal sealed record TelemetryProblem(string Reason, bool Holds);
