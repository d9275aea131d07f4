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
            .. rows.GroupBy(row => (row.App, row.Rollout))
                .Select(OneOfEachCluster)
                .OrderBy(rollout => rollout.Min(row => row.TimeMs))
                .ThenBy(rollout => rollout[0].Rollout, StringComparer.Ordinal)
                .ThenBy(rollout => rollout[0].App, StringComparer.Ordinal),
        ];

    private static IReadOnlyList<ClusterOutcome> OneOfEachCluster(IEnumerable<ClusterOutcome> rollout) =>
        [
            .. rollout
                .GroupBy(row => row.Cluster.Name, StringComparer.Ordinal)
                .Select(cluster => Chosen([.. cluster]))
                .OrderBy(row => row.Order)
                .ThenBy(row => row.TimeMs)
                .ThenBy(row => row.Cluster.Name, StringComparer.Ordinal),
        ];

    /// <summary>The last tie is broken by all that a row says, so that the order in which rows came never decides.</summary>
    private static ClusterOutcome Chosen(List<ClusterOutcome> told) =>
        told.Count == 1
            ? told[0]
            : told.OrderByDescending(row => row.IsLabelled)
                .ThenByDescending(row => row.TimeMs)
                .ThenByDescending(row => row.Failed)
                .ThenBy(row => row.Order)
                .ThenBy(row => Convert.ToHexString(ClusterOutcomeJson.Encode(row).Span), StringComparer.Ordinal)
                .First();
}
