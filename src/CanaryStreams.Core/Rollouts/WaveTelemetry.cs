using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Rollouts;

/// <summary>Whether a bucket's telemetry of all clusters that go together can be judged: what is wrong with one is wrong with the wave.</summary>
internal static class WaveTelemetry
{
    /// <summary>
    /// The problem that is told of, of those that the clusters have. A canary's silence goes first, since it may have
    /// to be rolled back whatever else is wrong elsewhere; then what holds, then what doesn't. Of equal ones it is
    /// that of the cluster which the rollout is held for already, so that its time goes on, and else the first of the plan.
    /// </summary>
    /// <returns>Null where every cluster is well.</returns>
    public static TelemetryProblem? Problem(IReadOnlyList<Signal> signals, Wave wave, RolloutState state)
    {
        if (wave.Clusters.Count == 1)
            return TelemetryHealth.Problem(signals, wave.First.Name, state);
        var held = state.Holds.FirstOrDefault(hold => hold.Kind == HoldKind.Telemetry)?.Cluster;
        return wave
            .Clusters.Select(cluster =>
                TelemetryHealth.Problem(signals, cluster.Name, state) is { } problem
                    ? problem with
                    {
                        Cluster = cluster.Name,
                    }
                    : null
            )
            .OfType<TelemetryProblem>()
            .OrderByDescending(problem => problem.Condition == TelemetryCondition.CanarySilent)
            .ThenByDescending(problem => problem.Holds)
            .ThenByDescending(problem => problem.Cluster == held)
            .FirstOrDefault();
    }
}
