using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Simulation.Fleet;

namespace CanaryStreams.Core.Tests.Planning.Impact;

/// <summary>Outcomes of a simulated fleet's updates, as a rollout would have brought them to light.</summary>
internal static class FleetRows
{
    /// <summary>In the order of the plan until the first cluster that is hurt: behind it nobody knows.</summary>
    public static IEnumerable<ClusterOutcome> Seen(FleetUpdate update)
    {
        var order = 0;
        foreach (var row in All(update).OrderBy(row => RiskRule.OfCluster(row.Cluster)))
        {
            yield return row with
            {
                Order = order++,
            };
            if (row.Failed)
                yield break;
        }
    }

    /// <summary>The truth of every cluster, whether it would have been reached or not.</summary>
    public static IEnumerable<ClusterOutcome> All(FleetUpdate update)
    {
        var hurt = update.Hurt;
        return update
            .Request()
            .Clusters.Select(
                (cluster, i) =>
                    new ClusterOutcome
                    {
                        Rollout = update.Rollout,
                        App = update.App.Name,
                        TimeMs = update.RequestMs + 3_600_000,
                        Change = update.Change,
                        Cluster = cluster,
                        Failed = hurt[i],
                    }
            );
    }
}
