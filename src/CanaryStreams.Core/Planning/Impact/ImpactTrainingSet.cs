namespace CanaryStreams.Core.Planning.Impact;

/// <summary>Rollouts as numbers, each with the history that was known before it.</summary>
internal sealed class ImpactTrainingSet
{
    /// <param name="rollouts">As <see cref="OutcomeRows.ByRollout"/> orders them.</param>
    public ImpactTrainingSet(IReadOnlyList<IReadOnlyList<ClusterOutcome>> rollouts)
    {
        Rollouts = rollouts;
        Features = ImpactFeatures.Of(rollouts.SelectMany(rollout => rollout));
        Histories = OutcomeHistory.Before(rollouts);
        Samples = [.. rollouts.Select((rollout, i) => Sample(rollout, Histories[i]))];
    }

    public IReadOnlyList<IReadOnlyList<ClusterOutcome>> Rollouts { get; }
    public ImpactFeatures Features { get; }
    public IReadOnlyList<IReadOnlyList<ImpactHistory>> Histories { get; }
    public IReadOnlyList<RolloutSample> Samples { get; }

    private RolloutSample Sample(IReadOnlyList<ClusterOutcome> rollout, IReadOnlyList<ImpactHistory> histories) =>
        new(
            [.. rollout.Select((row, i) => Features.Of(row.Change, row.Cluster, histories[i]))],
            [.. rollout.Select(row => ClusterTraits.WithConstant(row.Cluster))],
            [.. rollout.Select(row => row.Failed)]
        );
}
