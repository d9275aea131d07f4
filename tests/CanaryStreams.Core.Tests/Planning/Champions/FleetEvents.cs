using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Simulation.Fleet;
using CanaryStreams.Core.Tests.Planning.Impact;

namespace CanaryStreams.Core.Tests.Planning.Champions;

/// <summary>A simulated rollout's events, as far as they teach: steps are the policy's, and the first cluster that is hurt ends it.</summary>
internal static class FleetEvents
{
    public static IEnumerable<PublishedEvent> Of(FleetUpdate update, IImpact impact) =>
        Events(update, impact).Select((happened, i) => new PublishedEvent(update.Rollout, i + 1, happened));

    private static IEnumerable<RolloutEvent> Events(FleetUpdate update, IImpact impact)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(update.RequestMs);
        var request = update.Request();
        yield return new RolloutRequested(time, request, FleetPolicies.FixedSteps);
        yield return new RolloutPlanned(time, Planner.Plan(request, FleetPolicies.FixedSteps, impact.At(time)));
        var isBad = false;
        foreach (var row in FleetRows.Seen(update))
        {
            time = time.AddMinutes(10);
            var cluster = row.Cluster.Name;
            yield return new CommandAcknowledged(time, row.Order + 1, cluster, 5);
            isBad |= row.Failed;
            yield return row.Failed
                ? new RollbackDecided(time, RollbackCause.Evidence, "it does harm", [Harm(cluster)])
                : new ClusterPromoted(time, cluster);
        }
        yield return new RolloutEnded(time, isBad ? RolloutOutcome.RolledBack : RolloutOutcome.Promoted);
    }

    private static RollbackEvidence Harm(string cluster) =>
        new(cluster, "error_rate", null, 0.008, 0.005, 0.01, 1e5, 1e5, 1200, 0.001, 0.9, 0.9, 0.6, null, null);
}
