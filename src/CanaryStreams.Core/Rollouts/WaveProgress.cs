namespace CanaryStreams.Core.Rollouts;

/// <summary>How the growth gets from one wave to the next, and past clusters that are taken out on the way.</summary>
internal static class WaveProgress
{
    public static RolloutState AfterPromotion(RolloutState state, string cluster) =>
        MovedOn(
            state with
            {
                Clusters =
                [
                    .. state.Clusters.Select(c =>
                        c.Name == cluster ? c with { Stage = ClusterStage.Promoted, WeightPct = 100 } : c
                    ),
                ],
            }
        );

    /// <summary>
    /// Those of the wave that grows and of later ones move in front of it, where they count as begun: what is left of the wave goes on
    /// where it is, and nothing that comes later reaches them.
    /// </summary>
    public static RolloutState Without(RolloutState state, ClustersRolledBack e)
    {
        var since = NewestTime(state, e.Time);
        var rulings = e.Out.ToDictionary(ruling => ruling.Cluster);
        var next = state with
        {
            // A deadline's time isn't one of a bucket.
            ObservedUntil = e.Cause == RollbackCause.Inconclusive ? state.ObservedUntil : e.Time,
            Anomalies = state.Anomalies.RemoveAll(open => rulings.ContainsKey(open.Cluster)),
            Clusters = [.. state.Clusters.Select(cluster => Withdrawn(cluster, e, rulings, since))],
        };
        return state.Step is { } step ? MovedOn(PastThoseOut(next, step)) : next;
    }

    /// <summary>The newest time that is known, since a person's clock may be behind.</summary>
    public static DateTimeOffset NewestTime(RolloutState state, DateTimeOffset time) =>
        state
            .Clusters.Select(cluster => cluster.IssuedAt)
            .Append(state.OwnedSince)
            .Append(state.ObservedUntil)
            .Append(time)
            .Max()!
            .Value;

    private static ClusterState Withdrawn(
        ClusterState cluster,
        ClustersRolledBack e,
        Dictionary<string, ClusterRuling> rulings,
        DateTimeOffset since
    ) =>
        cluster.Withdrawn is null && rulings.TryGetValue(cluster.Name, out var ruling)
            ? cluster with
            {
                Withdrawn = new ClusterWithdrawn(
                    cluster.Stage,
                    since,
                    ruling.Failed,
                    ruling.Failed || e.Cause == RollbackCause.Inconclusive ? e.Summary : ruling.Because
                ),
            }
            : cluster;

    private static RolloutState PastThoseOut(RolloutState state, StepState step)
    {
        var wave = state.Wave!;
        var ahead = state.Clusters.Skip(step.Cluster).ToLookup(cluster => cluster.Withdrawn is not null);
        var isOut = ahead[true].Select(cluster => cluster.Name).ToHashSet();
        var plan = state.Plan!;
        var planned = plan.Clusters.Skip(step.Cluster).ToLookup(cluster => isOut.Contains(cluster.Name));
        var first = step.Cluster + isOut.Count;
        var left = wave.Clusters.Where(cluster => !isOut.Contains(cluster.Name)).ToList();
        return state with
        {
            Clusters = [.. state.Clusters.Take(step.Cluster), .. ahead[true], .. ahead[false]],
            Plan = plan with
            {
                Clusters =
                [
                    .. plan.Clusters.Take(step.Cluster),
                    .. planned[true].Select(cluster => cluster with { Wave = null }),
                    .. planned[false],
                ],
            },
            Step =
                left.Count > 0 ? step with { Cluster = first }
                : first < state.Clusters.Length ? StepState.At(first, 0)
                : null,
            // One that is left alone isn't named any more.
            Holds = left is [var last]
                ? [.. state.Holds.Select(hold => hold.Cluster == last.Name ? hold with { Cluster = null } : hold)]
                : state.Holds,
        };
    }

    private static RolloutState MovedOn(RolloutState state)
    {
        if (state.Step is not { } step)
            return state;
        var end = step.Cluster + state.Wave!.Clusters.Count;
        return state.Clusters[step.Cluster..end].Any(cluster => cluster.Stage != ClusterStage.Promoted)
            ? state
            : state with
            {
                Step = end < state.Clusters.Length ? StepState.At(end, 0) : null,
            };
    }
}
