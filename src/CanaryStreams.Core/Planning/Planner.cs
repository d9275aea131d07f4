using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Planning;

/// <summary>Turns a request into the order of its clusters, the sizes of its canaries and its thresholds.</summary>
public static class Planner
{
    private static readonly int[] Ladder = [1, 5, 10, 25, 50, 100];

    /// <summary>
    /// Clusters from resilient to vulnerable (ties in the order of the request); steps and failure threshold from the
    /// policy, or where it leaves them out from the risk.
    /// </summary>
    public static RolloutPlan Plan(RolloutRequest request, Policy policy)
    {
        var change = RiskRule.OfChange(request.Change);
        return new RolloutPlan(
            RiskRule.Name,
            change,
            [.. request.Clusters.OrderBy(RiskRule.OfCluster).Select(cluster => ForCluster(cluster, change, policy))]
        );
    }

    /// <summary>Canary weights for a risk in 0..1: at no step larger for a higher risk.</summary>
    public static IReadOnlyList<int> StepsFor(double risk)
    {
        var first = risk switch
        {
            < 0.15 => 25,
            < 0.35 => 10,
            < 0.65 => 5,
            _ => 1,
        };
        return [.. Ladder.Where(weight => weight >= first)];
    }

    /// <summary>P(sustained) that rolls back: 0.7 where nothing is at risk, falling to 0.5 where everything is.</summary>
    public static double FailureThresholdFor(double risk) => 0.7 - 0.2 * Math.Clamp(risk, 0, 1);

    private static ClusterPlan ForCluster(ClusterProfile cluster, double change, Policy policy)
    {
        var risk = RiskRule.Combined(change, RiskRule.OfCluster(cluster));
        var steps = policy.Steps is { Count: > 0 } fixedSteps ? fixedSteps : StepsFor(risk);
        var threshold = policy.FailureThreshold ?? FailureThresholdFor(risk);
        var load = cluster.LoadPct is { } pct ? $"{pct:0.#} % load" : "unknown load";
        var instances = cluster.Instances is { } count ? $"{count} instances" : "an unknown number of instances";
        var reason =
            $"risk {risk:0.00} (change {change:0.00}, {load}, {instances}); "
            + (
                policy.Steps is { Count: > 0 }
                    ? "steps from the policy"
                    : $"canary starts at {steps[0]} % for this risk"
            )
            + (policy.FailureThreshold is null ? $", rolls back from P(sustained) {threshold:0.00} for this risk" : "");
        return new ClusterPlan(cluster.Name, risk, steps, threshold, reason);
    }
}
