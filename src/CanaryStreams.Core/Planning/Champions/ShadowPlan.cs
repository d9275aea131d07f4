namespace CanaryStreams.Core.Planning.Champions;

/// <summary>Of a plan only what a trial asks of it, so that the record of a large fleet's rollout, which holds several, stays small.</summary>
/// <param name="Model">Which rule or model made it, with its version.</param>
/// <param name="Clusters">In the order of the rollout.</param>
public sealed record ShadowPlan(string Model, IReadOnlyList<ShadowCluster> Clusters)
{
    public static ShadowPlan Of(RolloutPlan plan) =>
        new(
            plan.Model,
            [
                .. plan.Clusters.Select(cluster => new ShadowCluster(
                    cluster.Name,
                    cluster.FailureThreshold,
                    cluster.Steps,
                    cluster.Wave
                )),
            ]
        );

    /// <summary>Steps to be baked one after the other; a wave bakes once.</summary>
    public int BakedSteps =>
        Clusters.Where((_, i) => IsFirstOfWave(i)).Sum(cluster => ClusterPlan.Baked(cluster.Steps).Count);

    private bool IsFirstOfWave(int i) => i == 0 || Clusters[i].Wave is not { } wave || Clusters[i - 1].Wave != wave;
}

/// <inheritdoc cref="ClusterPlan"/>
public sealed record ShadowCluster(string Name, double FailureThreshold, IReadOnlyList<int> Steps, int? Wave = null);
