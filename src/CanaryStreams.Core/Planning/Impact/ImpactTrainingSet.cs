namespace CanaryStreams.Core.Planning.Impact;

/// <summary>Rollouts as numbers.</summary>
internal sealed class ImpactTrainingSet
{
    /// <param name="rollouts">As <see cref="OutcomeRows.ByRollout"/> orders them.</param>
    public ImpactTrainingSet(IReadOnlyList<IReadOnlyList<ClusterOutcome>> rollouts)
    {
        Rollouts = rollouts;
        Rows = [.. rollouts.SelectMany(rollout => rollout)];
        Layout = ImpactLayout.Of(Rows);
        Samples = [.. rollouts.Select(Sample)];
    }

    public IReadOnlyList<IReadOnlyList<ClusterOutcome>> Rollouts { get; }
    public IReadOnlyList<ClusterOutcome> Rows { get; }
    public ImpactLayout Layout { get; }
    public IReadOnlyList<RolloutSample> Samples { get; }

    private RolloutSample Sample(IReadOnlyList<ClusterOutcome> rollout) =>
        new(
            ChangeParts.Of(rollout[0].Change),
            Layout.AppAt(rollout[0].App),
            [.. rollout.Select(row => ClusterTraits.Of(row.Cluster))],
            [.. rollout.Select(row => Layout.ClusterAt(row.Cluster.Name))],
            [.. rollout.Select(row => row.Failed)]
        );
}
