using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>What became of an update in one cluster that it was tried in: what a planner may learn from.</summary>
/// <param name="TimeMs">When it was known, Unix milliseconds of event time.</param>
/// <param name="Failed">The evidence that rolled back was of this cluster, or an incident said so later.</param>
/// <param name="IsLabelled">Somebody said so, rather than the engine.</param>
/// <param name="Order">How many clusters of the rollout came before it.</param>
public sealed record FleetOutcome(
    string Rollout,
    string App,
    long TimeMs,
    ChangeProfile Change,
    ClusterProfile Cluster,
    bool Failed,
    bool IsLabelled,
    int Order
)
{
    /// <summary>
    /// The rows of a rollout that has ended: clusters that it was promoted in, whatever came of it elsewhere, and those whose
    /// evidence rolled it back. A canary that was withdrawn for another cluster's sake says nothing.
    /// </summary>
    public static IEnumerable<FleetOutcome> Of(FleetRollout rollout, RolloutState ended, long timeMs)
    {
        var failed = (ended.Rollback?.Evidence ?? []).Select(evidence => evidence.Cluster).ToHashSet();
        for (var order = 0; order < ended.Clusters.Length; order++)
        {
            var cluster = ended.Clusters[order].Name;
            if (failed.Contains(cluster) || rollout.WasPromotedIn(cluster))
                yield return Row(rollout.Update, cluster, timeMs, failed.Contains(cluster), false, order);
        }
    }

    /// <summary>What an incident teaches of each cluster where a fault was promoted.</summary>
    public static IEnumerable<FleetOutcome> OfIncident(FleetUpdate update, RolloutState ended, long timeMs)
    {
        var hurt = update.App.Clusters.Where((_, i) => update.Hurt[i]).Select(cluster => cluster.Name).ToHashSet();
        for (var order = 0; order < ended.Clusters.Length; order++)
            if (hurt.Contains(ended.Clusters[order].Name))
                yield return Row(update, ended.Clusters[order].Name, timeMs, true, true, order);
    }

    private static FleetOutcome Row(
        FleetUpdate update,
        string cluster,
        long timeMs,
        bool failed,
        bool isLabelled,
        int order
    )
    {
        var place = update.App.Clusters.First(one => one.Name == cluster);
        var profile = place.ProfileAt(update.RequestMs);
        return new FleetOutcome(
            update.Rollout,
            update.App.Name,
            timeMs,
            update.Change,
            profile,
            failed,
            isLabelled,
            order
        );
    }
}
