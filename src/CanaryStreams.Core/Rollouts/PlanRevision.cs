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
        var state = draft.State;
        if (draft.Impact.Revise(state) is not { } belief)
            return;
        var plan = state.Plan!;
        var begun = Begun(state);
        var risks = plan
            .Clusters.Skip(begun)
            .Select(cluster => new RevisedRisk(cluster.Name, cluster.Risk, Revised(cluster, belief)))
            .OrderBy(risk => risk.After)
            .ToList();
        if (risks.TrueForAll(risk => Math.Abs(risk.After - risk.Before) < Noticeable))
            return;
        var clusters = Planner.Replan(
            risks,
            state.Request!,
            state.Policy!,
            draft.Impact.Scale,
            CanarySizing.NeedsOf(state),
            SizesBefore(plan, begun)
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

    private static double Revised(ClusterPlan cluster, RevisedBelief belief) =>
        belief.Risks.TryGetValue(cluster.Name, out var risk) && risk is >= 0 and <= 1 ? risk : cluster.Risk;

    private static List<int> SizesBefore(RolloutPlan plan, int begun)
    {
        var sizes = new List<int>();
        for (var first = 0; first < begun; first += sizes[^1])
            sizes.Add(Wave.At(plan, first).Clusters.Count);
        return sizes;
    }
}
