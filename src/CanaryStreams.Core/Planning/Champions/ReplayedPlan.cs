using CanaryStreams.Core.Planning.Impact;

namespace CanaryStreams.Core.Planning.Champions;

/// <summary>A plan held against what happened under another one.</summary>
/// <param name="IsGood">Every cluster of the plan did well.</param>
/// <param name="FalseRollbacks">Clusters that did well though an anomaly reached the plan's threshold.</param>
/// <param name="Steps">To be baked one after the other.</param>
internal readonly record struct ReplayedPlan(
    bool IsGood,
    int FalseRollbacks,
    int FalseRollbacksBefore,
    int Steps,
    int StepsBefore
)
{
    public static ReplayedPlan Of(ShadowedRollout rollout, ShadowPlan plan, IReadOnlyList<ClusterOutcome> rows)
    {
        var well = rows.Where(row => !row.Failed).Select(row => row.Cluster.Name).ToHashSet();
        return new ReplayedPlan(
            well.Count == rollout.Made.Clusters.Count,
            Met(rollout, plan, well),
            Met(rollout, rollout.Made, well),
            plan.BakedSteps,
            rollout.Made.BakedSteps
        );
    }

    private static int Met(ShadowedRollout rollout, ShadowPlan plan, HashSet<string> well) =>
        plan.Clusters.Count(cluster =>
            well.Contains(cluster.Name)
            && rollout.Noted.TryGetValue(cluster.Name, out var noted)
            && noted >= cluster.FailureThreshold
        );
}
