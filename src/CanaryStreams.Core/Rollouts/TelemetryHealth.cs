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
    /// What is missing goes before what is only late.
    /// </summary>
    public static TelemetryProblem? Problem(
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
            var isLate = side == Side.Late;
            var problem = new TelemetryProblem($"{metric.Name} of {name} in {cluster} is {Word(side)}", !isLate);
            if (!isLate)
                return problem;
            late ??= problem;
        }
        return measured == 0
            ? new TelemetryProblem($"{cluster} reports no metric that the policy names", Holds: true)
            : late;
    }

    /// <summary>From worst to best.</summary>
    private enum Side
    {
        Absent,
        Missing,
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
            _ => Side.Fresh,
        };

    public static bool IsFresh(Signal signal) => signal.Quality is SignalQuality.Ok or SignalQuality.Sparse;

    private static string Word(Side side) => side == Side.Late ? "late" : "missing";
}

/// <param name="Reason">A sentence.</param>
/// <param name="Holds">
/// True when it has lasted for the policy's patience: the rollout is held. What is only late so far stops growth in its
/// bucket and nothing else, or an application with few requests would be held at every empty bucket.
/// </param>
internal sealed record TelemetryProblem(string Reason, bool Holds);
