using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>What became of an update in the clusters that it was tried in, as a planner may learn it.</summary>
public static class FleetOutcomes
{
    /// <summary>
    /// The rows of a rollout that has ended: clusters that it was promoted in, whatever came of it elsewhere, and those whose
    /// evidence rolled it back. A canary that was withdrawn for another cluster's sake says nothing.
    /// </summary>
    public static IEnumerable<ClusterOutcome> Of(FleetRollout rollout, RolloutState ended, long timeMs)
    {
        var failed = (ended.Rollback?.Evidence ?? [])
            .Select(evidence => evidence.Cluster)
            .Concat(ended.Clusters.Where(cluster => cluster.HasFailed).Select(cluster => cluster.Name))
            .ToHashSet();
        for (var order = 0; order < ended.Clusters.Length; order++)
        {
            var cluster = ended.Clusters[order].Name;
            if (failed.Contains(cluster) || rollout.WasPromotedIn(cluster))
                yield return Row(rollout.Update, cluster, timeMs, failed.Contains(cluster), false, order);
        }
    }

    /// <summary>What an incident teaches of each cluster where a fault was promoted.</summary>
    public static IEnumerable<ClusterOutcome> OfIncident(FleetUpdate update, RolloutState ended, long timeMs)
    {
        var hurt = update.App.Clusters.Where((_, i) => update.Hurt[i]).Select(cluster => cluster.Name).ToHashSet();
        for (var order = 0; order < ended.Clusters.Length; order++)
            if (hurt.Contains(ended.Clusters[order].Name))
                yield return Row(update, ended.Clusters[order].Name, timeMs, true, true, order);
    }

    private static ClusterOutcome Row(
        FleetUpdate update,
        string cluster,
        long timeMs,
        bool failed,
        bool isLabelled,
        int order
    )
    {
        var place = update.App.Clusters.First(one => one.Name == cluster);
        return new ClusterOutcome
        {
            Rollout = update.Rollout,
            App = update.App.Name,
            TimeMs = timeMs,
            Change = update.Change,
            Cluster = place.ProfileAt(update.RequestMs),
            Failed = failed,
            IsLabelled = isLabelled,
            Order = order,
        };
    }
}
