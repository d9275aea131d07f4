using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Rollouts;

/// <summary>What else is taken back when clusters fail, as the policy has it; the others go on.</summary>
internal static class Blast
{
    /// <param name="decided">As it is where the version goes out everywhere, by the policy or because nothing would go on.</param>
    /// <param name="failed">The clusters that it is about, at least one.</param>
    public static void RollBack(Draft draft, RollbackDecided decided, IReadOnlyList<string> failed)
    {
        if (draft.State.Policy!.Blast == BlastRule.All)
        {
            Withdrawal.RollBack(draft, decided);
            return;
        }
        var belief = IsFailure(decided) ? Believed(draft, failed) : null;
        var rulings = draft
            .State.Clusters.Where(cluster => cluster.Withdrawn is null)
            .Select(cluster => Rule(draft, cluster.Name, decided, failed, belief))
            .OrderByDescending(one => failed.Contains(one.Ruling.Cluster))
            .ToLookup(one => one.IsOut, one => one.Ruling);
        if (!rulings[false].Any())
        {
            Withdrawal.RollBack(draft, Everywhere(decided, [.. rulings[true].Skip(failed.Count)]));
            return;
        }
        Withdrawal.RollBack(draft, Limited(decided, [.. rulings[true]], [.. rulings[false]], belief));
        if (belief is not null)
            PlanRevision.Apply(draft, belief);
        GoOn(draft);
    }

    /// <summary>That there is no verdict says nothing of how a cluster takes the version, nor of others.</summary>
    private static bool IsFailure(RollbackDecided decided) => decided.Cause != RollbackCause.Inconclusive;

    /// <summary>What is believed of all clusters once these have failed; null where nothing is learnt from it.</summary>
    private static RevisedBelief? Believed(Draft draft, IReadOnlyList<string> failed) =>
        draft.Impact.Revise(
            draft.State with
            {
                Clusters =
                [
                    .. draft.State.Clusters.Select(cluster =>
                        failed.Contains(cluster.Name)
                            ? cluster with
                            {
                                Withdrawn = new ClusterWithdrawn(cluster.Stage, draft.Time, Failed: true, ""),
                            }
                            : cluster
                    ),
                ],
            }
        );

    private static (bool IsOut, ClusterRuling Ruling) Rule(
        Draft draft,
        string cluster,
        RollbackDecided decided,
        IReadOnlyList<string> failed,
        RevisedBelief? belief
    )
    {
        var state = draft.State;
        var plan = state.Plan!.Clusters.First(planned => planned.Name == cluster);
        double? after = belief is null ? null : PlanRevision.RiskOf(plan, belief);
        if (failed.Contains(cluster))
        {
            var because = IsFailure(decided) ? "it failed" : "there is no verdict on it";
            return (true, new ClusterRuling(cluster, IsFailure(decided), because, plan.Risk, after));
        }
        var (isOut, why) =
            state.Policy!.Blast == BlastRule.Cluster || !IsFailure(decided)
                ? (false, $"the policy takes back {Wave.Listed(failed)} alone")
            : after is { } risk ? ByRisk(plan.Risk, risk, RiskScale.Of(state.Plan!.Model))
            : ByTraits(state.Request!, failed, cluster);
        return (isOut, new ClusterRuling(cluster, Failed: false, why, plan.Risk, after));
    }

    private static (bool IsOut, string Because) ByRisk(double before, double after, RiskScale scale)
    {
        var isOut = after >= scale.High;
        var bound = $"{(isOut ? "not " : "")}below {Figure(scale.High)}";
        return (isOut, $"risk {Figure(before)} before and {Figure(after)} now, {bound}");
    }

    /// <summary>Like any of those that failed; the one it isn't like is the first of them.</summary>
    private static (bool IsOut, string Because) ByTraits(
        RolloutRequest request,
        IReadOnlyList<string> failed,
        string cluster
    )
    {
        var other = request.Clusters.First(one => one.Name == cluster);
        var unlike = "";
        foreach (var name in failed.Reverse())
        {
            if (SharedTraits.AreAlike(request.Clusters.First(one => one.Name == name), other, out var because))
                return (true, because);
            unlike = because;
        }
        return (false, unlike);
    }

    private static ClustersRolledBack Limited(
        RollbackDecided decided,
        IReadOnlyList<ClusterRuling> isOut,
        IReadOnlyList<ClusterRuling> goOn,
        RevisedBelief? belief
    ) =>
        new(
            decided.Time,
            decided.Cause,
            decided.Summary,
            Scope(isOut, goOn),
            isOut,
            goOn,
            decided.Evidence,
            decided.Others,
            decided.Unusual,
            decided.Budget,
            belief?.Model
        );

    /// <summary>The reason says why nothing goes on where the rule would have let others do so.</summary>
    private static RollbackDecided Everywhere(RollbackDecided decided, IReadOnlyList<ClusterRuling> others) =>
        others.Count == 0
            ? decided
            : decided with
            {
                Summary = $"{decided.Summary}; out everywhere: {Grouped(others)}",
            };

    /// <summary>Clusters with the same reason together, the failing ones first.</summary>
    private static string Scope(IReadOnlyList<ClusterRuling> isOut, IReadOnlyList<ClusterRuling> goOn) =>
        $"out: {Grouped(isOut)}; going on: {Grouped(goOn)}";

    private static string Grouped(IReadOnlyList<ClusterRuling> rulings)
    {
        var groups = rulings
            .GroupBy(ruling => ruling.Because, ruling => ruling.Cluster)
            .Select(group => $"{Wave.Listed([.. group])} ({group.Key})")
            .ToList();
        return string.Join(", ", groups.Take(NamedMax))
            + (groups.Count > NamedMax ? $" and others for {groups.Count - NamedMax} more reasons" : "");
    }

    private const int NamedMax = 6;

    /// <summary>What was waited for in clusters that are out isn't any more.</summary>
    private static void GoOn(Draft draft)
    {
        foreach (var hold in draft.State.Holds.Where(hold => IsOver(hold, draft.State)))
            draft.Add(new RolloutResumed(draft.Time, hold.Kind, draft.Time, null));
        Acks.StartStep(draft);
        Growth.Continue(draft);
        Withdrawal.EndIfRestIsDone(draft);
    }

    /// <summary>A new wave isn't held for the telemetry of the one before, nor for its want of a verdict; a person's hold stays.</summary>
    private static bool IsOver(Hold hold, RolloutState state)
    {
        var isNewWave = state.Step is not { Phase: not StepPhase.Next };
        return hold.Kind switch
        {
            HoldKind.Telemetry => isNewWave || hold.Cluster is { } cluster && !state.Wave!.Has(cluster),
            HoldKind.Inconclusive => isNewWave,
            HoldKind.Agent => !state.Pending.Any(pending => pending is { Unresponsive: true, IsWithdrawal: false }),
            _ => false,
        };
    }

    private static string Figure(double risk) =>
        risk.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture);
}
