namespace CanaryStreams.Core.Planning.Impact;

/// <summary>Puts outcomes into the one order in which they are learnt, whatever order they came in.</summary>
internal static class OutcomeRows
{
    /// <summary>
    /// Rollouts by the time at which the first of their outcomes was known, then by name; in each its clusters by their place in the plan, each
    /// once: what somebody said counts more than what the evidence said, and what was said later more than the earlier.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<ClusterOutcome>> ByRollout(IEnumerable<ClusterOutcome> rows) =>
        [
            .. rows.GroupBy(row => row.Rollout, StringComparer.Ordinal)
                .Select(OneOfEachCluster)
                .OrderBy(rollout => rollout.Min(row => row.TimeMs))
                .ThenBy(rollout => rollout[0].Rollout, StringComparer.Ordinal),
        ];

    private static IReadOnlyList<ClusterOutcome> OneOfEachCluster(IEnumerable<ClusterOutcome> rollout) =>
        [
            .. rollout
                .GroupBy(row => row.Cluster.Name, StringComparer.Ordinal)
                .Select(cluster =>
                    cluster
                        .OrderByDescending(row => row.IsLabelled)
                        .ThenByDescending(row => row.TimeMs)
                        .ThenByDescending(row => row.Failed)
                        .ThenBy(row => row.Order)
                        .First()
                )
                .OrderBy(row => row.Order)
                .ThenBy(row => row.Cluster.Name, StringComparer.Ordinal),
        ];
}
