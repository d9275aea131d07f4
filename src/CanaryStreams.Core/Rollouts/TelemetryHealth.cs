using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Rollouts;

/// <summary>Whether a bucket's telemetry can be judged at all. Late or absent data holds: it is never a zero and never a pass.</summary>
internal static class TelemetryHealth
{
    /// <summary>
    /// What is wrong with a cluster's telemetry; null where every metric that the policy names and anybody there
    /// reports is fresh and compared, and every open anomaly can still be followed. A metric that neither side reports
    /// isn't measured there and isn't asked for. A whole side's silence goes before that of one metric, and what is
    /// missing before what is only stale.
    /// </summary>
    public static TelemetryProblem? Problem(IReadOnlyList<Signal> signals, string cluster, RolloutState state)
    {
        var here = new ClusterTelemetry(signals, cluster, state.Request!.Version);
        var policy = state.Policy!;
        if (OfSides(here, policy) is { } silence)
            return silence;
        var ofMetrics = OfMetrics(here, policy);
        if (ofMetrics is { Holds: true })
            return ofMetrics;
        var ofAnomalies = state
            .Anomalies.Where(open => open.Cluster == cluster)
            .Select(open => OfAnomaly(here, open))
            .OfType<TelemetryProblem>()
            .ToList();
        return ofAnomalies.Find(problem => problem.Holds) ?? ofMetrics ?? ofAnomalies.FirstOrDefault();
    }

    public static bool IsFresh(Signal signal) => signal.Quality is SignalQuality.Ok or SignalQuality.Sparse;

    private static TelemetryProblem? OfSides(ClusterTelemetry here, Policy policy)
    {
        if (here.IsCanarySilent && here.StableSpeaks(policy))
            return new TelemetryProblem(
                TelemetryCondition.CanarySilent,
                $"nothing is heard of the canary in {here.Cluster}, neither measurements nor synthetic runs, while stable speaks",
                Holds: true
            );
        return here.IsStableSilent && here.CanarySpeaks(policy)
            ? new TelemetryProblem(
                TelemetryCondition.StableSilent,
                $"nothing is heard of stable in {here.Cluster} while the canary speaks: there is nothing to compare it with",
                Holds: true
            )
            : null;
    }

    private static TelemetryProblem? OfMetrics(ClusterTelemetry here, Policy policy)
    {
        var measured = 0;
        TelemetryProblem? stale = null;
        foreach (var metric in policy.Metrics)
        {
            var (stable, canary) = here.SidesOf(metric.Name);
            if (canary.Kind == SideKind.Absent && stable.Kind is SideKind.Absent or SideKind.Missing)
                continue;
            measured++;
            if (stable.Kind == SideKind.Fresh && canary.Kind == SideKind.Fresh)
                continue;
            var (side, name) =
                canary.Kind == stable.Kind ? (canary, "both sides")
                : canary.Kind < stable.Kind ? (canary, "the canary")
                : (stable, "stable");
            var problem = side.Problem($"{metric.Name} of {name} in {here.Cluster} ");
            if (problem.Holds)
                return problem;
            stale ??= problem;
        }
        if (measured > 0)
            return stale;
        // A policy without metrics leaves the verdict to synthetic runs; that the canary is there at all is still asked.
        return policy.Metrics.Count == 0 && here.IsCanaryCompared
            ? null
            : new TelemetryProblem(
                TelemetryCondition.Unmeasured,
                $"{here.Cluster} reports no metric that the policy names",
                Holds: true
            );
    }

    /// <summary>An anomaly whose signal no longer comes hasn't gone away: nobody can see any more whether it has.</summary>
    private static TelemetryProblem? OfAnomaly(ClusterTelemetry here, OpenAnomaly open)
    {
        var side = here.BestOfCanary(open.Metric, open.Variant);
        if (side.Kind == SideKind.Fresh)
            return null;
        var variant = open.Variant is { } name ? $" (variant {name})" : "";
        return side.Problem($"{open.Metric} of the canary in {open.Cluster}{variant} was anomalous and ");
    }
}

/// <param name="Reason">A sentence.</param>
/// <param name="Holds">
/// True when it has lasted for the policy's patience: the rollout is held. What is only stale so far stops growth in its
/// bucket and nothing else, or an application with few requests would be held at every empty bucket.
/// </param>
/// <param name="Cluster">Whose telemetry it is, where several clusters go together; null elsewhere.</param>
internal sealed record TelemetryProblem(
    TelemetryCondition Condition,
    string Reason,
    bool Holds,
    string? Cluster = null
);
