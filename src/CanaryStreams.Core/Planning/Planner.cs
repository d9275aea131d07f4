using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Planning;

/// <summary>Turns a request into the order of its clusters, the sizes of its canaries and its thresholds.</summary>
public static class Planner
{
    /// <summary>
    /// Clusters from resilient to vulnerable (ties in the order of the request), alone or in waves; steps and failure
    /// threshold from the policy, or where it leaves them out from the risk; no canary smaller than what can be decided on, where
    /// the traffic is known.
    /// </summary>
    /// <param name="impact">Predicts the risk; null: the rule of thumb.</param>
    public static RolloutPlan Plan(RolloutRequest request, Policy policy, IImpact? impact = null)
    {
        impact ??= RuleOfThumb.Instance;
        var assessment = impact.Assess(request);
        var clusters = assessment.Clusters.OrderBy(cluster => cluster.Risk).ToList();
        var needs = CanaryNeeds.Expected(request, policy);
        var plans = InWaves(clusters, request, policy, RiskScale.Of(impact.Version), needs, WavesBefore.None);
        return new RolloutPlan(impact.Version, assessment.ChangeRisk, plans);
    }

    /// <summary>The clusters that haven't begun, planned anew for the risk that they have now.</summary>
    /// <param name="risks">Of all of them, from resilient to vulnerable.</param>
    /// <param name="scale">What these risks mean.</param>
    /// <param name="needs">What is known of the canaries that can be decided on, by cluster.</param>
    /// <param name="before">The waves that have begun.</param>
    public static IReadOnlyList<ClusterPlan> Replan(
        IReadOnlyList<RevisedRisk> risks,
        RolloutRequest request,
        Policy policy,
        RiskScale scale,
        IReadOnlyDictionary<string, CanaryNeed> needs,
        WavesBefore before
    ) =>
        InWaves(
            [.. risks.Select(risk => new ClusterRisk(risk.Cluster, risk.After, $"{risk.Before:0.00} before"))],
            request,
            policy,
            scale,
            needs,
            before
        );

    /// <summary>P(sustained) that rolls back: 0.7 where nothing is at risk, falling to 0.5 where everything is.</summary>
    public static double FailureThresholdFor(double risk) => 0.7 - 0.2 * Math.Clamp(risk, 0, 1);

    /// <param name="clusters">From resilient to vulnerable.</param>
    private static List<ClusterPlan> InWaves(
        List<ClusterRisk> clusters,
        RolloutRequest request,
        Policy policy,
        RiskScale scale,
        IReadOnlyDictionary<string, CanaryNeed> needs,
        WavesBefore before
    )
    {
        // A change of which nobody said anything isn't known to be small.
        var together = policy.Waves == WaveRule.ByRisk && !request.Change.IsUnknown;
        var sizes = together
            ? WaveSizes.Of([.. clusters.Select(cluster => cluster.Risk)], scale, before.Sizes)
            : [.. clusters.Select(_ => 1)];
        var isNumbered = sizes.Any(size => size > 1);
        var plans = new List<ClusterPlan>();
        foreach (var (size, i) in sizes.Select((size, i) => (size, i)))
        {
            var wave = clusters.GetRange(plans.Count, size);
            var least = CanaryNeeds.Most(wave.Select(cluster => cluster.Name), needs);
            var steps = policy.Steps is { Count: > 0 } given ? given : CanarySteps.Of(scale, wave[^1].Risk, least);
            plans.AddRange(
                wave.Select(cluster => ForCluster(cluster, wave, policy, steps, needs, before.Count + i + 1))
            );
        }
        return isNumbered ? plans : plans.ConvertAll(plan => plan with { Wave = null });
    }

    private static ClusterPlan ForCluster(
        ClusterRisk cluster,
        List<ClusterRisk> wave,
        Policy policy,
        IReadOnlyList<int> steps,
        IReadOnlyDictionary<string, CanaryNeed> needs,
        int number
    )
    {
        var threshold = policy.FailureThreshold ?? FailureThresholdFor(cluster.Risk);
        var others = wave.Where(other => other != cluster).Select(other => other.Name).ToList();
        var need = needs.GetValueOrDefault(cluster.Name);
        var reason =
            $"risk {cluster.Risk:0.00} ({cluster.Because}); "
            + (
                policy.Steps is { Count: > 0 } ? "steps from the policy"
                : others.Count == 0 ? $"canary starts at {steps[0]} % for this risk"
                : $"canary starts at {steps[0]} % for the wave's highest risk {wave[^1].Risk:0.00}"
            )
            + (need is null ? "" : $" and traffic: {CanaryNeedSentence.Of(need)}")
            + (policy.FailureThreshold is null ? $", rolls back from P(sustained) {threshold:0.00} for this risk" : "")
            + (others.Count == 0 ? "" : $"; wave {number}, together with {Wave.Listed(others)}");
        return new ClusterPlan(cluster.Name, cluster.Risk, steps, threshold, reason, number, cluster.Impact);
    }
}
