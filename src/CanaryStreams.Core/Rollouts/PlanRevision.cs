using CanaryStreams.Core.Planning;

namespace CanaryStreams.Core.Rollouts;

/// <summary>Between two waves what the first clusters showed may change how it goes on in the others.</summary>
internal static class PlanRevision
{
    /// <summary>Half of the last digit that is shown: what differs by less is the same risk.</summary>
    private const double Noticeable = 0.005;

    /// <summary>
    /// Asks what the risk of the remaining clusters is now, and plans them anew where it has changed: order, waves, steps and
    /// thresholds. Where nothing new is seen the plan stays.
    /// </summary>
    public static void AfterWave(Draft draft)
    {
        if (draft.Impact.Revise(draft.State) is { } belief)
            Apply(draft, belief);
    }

    /// <summary>The same with what is believed already: after a failure, in the middle of a wave too. What grows stays.</summary>
    public static void Apply(Draft draft, RevisedBelief belief)
    {
        var state = draft.State;
        var plan = state.Plan!;
        var begun = Begun(state);
        var risks = plan
            .Clusters.Skip(begun)
            .Select(cluster => new RevisedRisk(cluster.Name, cluster.Risk, RiskOf(cluster, belief)))
            .OrderBy(risk => risk.After)
            .ToList();
        if (risks.TrueForAll(risk => Math.Abs(risk.After - risk.Before) < Noticeable))
            return;
        var clusters = Planner.Replan(
            risks,
            state.Request!,
            state.Policy!,
            RiskScale.Of(plan.Model),
            CanarySizing.NeedsOf(state),
            Before(state, begun)
        );
        var revised = plan with { Model = belief.Model, Clusters = clusters };
        draft.Add(new PlanRevised(draft.Time, revised, belief.Reason, risks));
    }

    /// <summary>How many clusters, from the first of the plan on, are in waves that have begun.</summary>
    public static int Begun(RolloutState state) =>
        state.Step switch
        {
            null => state.Clusters.Length,
            { Phase: StepPhase.Next, Index: 0 } next => next.Cluster,
            { } step => step.Cluster + state.Wave!.Clusters.Count,
        };

    public static double RiskOf(ClusterPlan cluster, RevisedBelief belief) =>
        belief.Risks.TryGetValue(cluster.Name, out var risk) && risk is >= 0 and <= 1 ? risk : cluster.Risk;

    private static WavesBefore Before(RolloutState state, int begun)
    {
        var (sizes, number) = (new List<int>(), 0);
        for (var first = 0; first < begun; number++)
        {
            var size = Wave.At(state.Plan!, first).Clusters.Count;
            var kept = state.Clusters[first..(first + size)].Count(cluster => cluster.Withdrawn is null);
            if (kept > 0)
                sizes.Add(kept);
            first += size;
        }
        return new WavesBefore(sizes, number);
    }
}
