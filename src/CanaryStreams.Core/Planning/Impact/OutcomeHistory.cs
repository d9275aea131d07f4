namespace CanaryStreams.Core.Planning.Impact;

/// <summary>Counts of earlier rollouts, by application and by cluster.</summary>
public sealed class OutcomeHistory
{
    private readonly SortedDictionary<string, Tally> _apps = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Tally> _clusters = new(StringComparer.Ordinal);
    private Tally _allApps;
    private Tally _allClusters;

    internal OutcomeHistory() { }

    internal OutcomeHistory(
        IEnumerable<KeyValuePair<string, Tally>> apps,
        IEnumerable<KeyValuePair<string, Tally>> clusters
    )
    {
        foreach (var (name, tally) in apps)
            _apps[name] = tally;
        foreach (var (name, tally) in clusters)
            _clusters[name] = tally;
        _allApps = Sum(_apps.Values);
        _allClusters = Sum(_clusters.Values);
    }

    internal IReadOnlyDictionary<string, Tally> Apps => _apps;
    internal IReadOnlyDictionary<string, Tally> Clusters => _clusters;

    /// <summary>Counts of all the rows, in any order.</summary>
    public static OutcomeHistory Of(IEnumerable<ClusterOutcome> rows)
    {
        var history = new OutcomeHistory();
        foreach (var rollout in OutcomeRows.ByRollout(rows))
            history.Add(rollout);
        return history;
    }

    /// <summary>What is known of an application and a cluster; of one that was never seen, what is known of all.</summary>
    public ImpactHistory For(string app, string cluster) =>
        new(_apps.GetValueOrDefault(app), _allApps, _clusters.GetValueOrDefault(cluster), _allClusters);

    internal void Add(IReadOnlyList<ClusterOutcome> rollout)
    {
        var failed = rollout.Any(row => row.Failed);
        _apps[rollout[0].App] = _apps.GetValueOrDefault(rollout[0].App).Plus(failed);
        _allApps = _allApps.Plus(failed);
        foreach (var row in rollout)
        {
            _clusters[row.Cluster.Name] = _clusters.GetValueOrDefault(row.Cluster.Name).Plus(row.Failed);
            _allClusters = _allClusters.Plus(row.Failed);
        }
    }

    /// <summary>
    /// For each rollout, in the order of <see cref="OutcomeRows.ByRollout"/>, the histories of its rows as they were before
    /// its first outcome was known: nothing is learnt from what came later.
    /// </summary>
    internal static IReadOnlyList<IReadOnlyList<ImpactHistory>> Before(
        IReadOnlyList<IReadOnlyList<ClusterOutcome>> rollouts
    )
    {
        var ended = rollouts
            .OrderBy(rollout => rollout.Max(row => row.TimeMs))
            .ThenBy(rollout => rollout[0].Rollout, StringComparer.Ordinal)
            .ToList();
        var history = new OutcomeHistory();
        var next = 0;
        var histories = new List<IReadOnlyList<ImpactHistory>>(rollouts.Count);
        foreach (var rollout in rollouts)
        {
            var start = rollout.Min(row => row.TimeMs);
            for (; next < ended.Count && ended[next].Max(row => row.TimeMs) < start; next++)
                history.Add(ended[next]);
            histories.Add([.. rollout.Select(row => history.For(row.App, row.Cluster.Name))]);
        }
        return histories;
    }

    private static Tally Sum(IEnumerable<Tally> tallies) =>
        tallies.Aggregate(default(Tally), (sum, one) => new Tally(sum.Tried + one.Tried, sum.Failed + one.Failed));
}
