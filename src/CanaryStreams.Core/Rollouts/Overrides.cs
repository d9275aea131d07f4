namespace CanaryStreams.Core.Rollouts;

/// <summary>What operators say goes before what the engine would do; it never loosens what protects.</summary>
internal static class Overrides
{
    public static Decision Pause(PauseRollout command, RolloutState state)
    {
        if (state.IsHeld(HoldKind.Operator))
            return Decision.Refuse("the rollout is paused already");
        var draft = new Draft(state, command.Time);
        var reason = $"paused by {command.By}" + (command.Reason is { } why ? $": {why}" : "");
        draft.Add(new RolloutHeld(command.Time, HoldKind.Operator, command.Time, reason, command.By));
        TellAgent(draft, CommandKind.Hold, reason);
        return draft.Done();
    }

    public static Decision Resume(ResumeRollout command, RolloutState state)
    {
        // Telemetry that is missing comes back by itself; the signal of an anomaly may never, and a person answers for it.
        var answersForAnomalies = state.IsHeld(HoldKind.Telemetry) && !state.Anomalies.IsEmpty;
        var lifted = state.Holds.Where(hold => hold.Kind != HoldKind.Telemetry || answersForAnomalies).ToList();
        if (lifted.Count == 0)
            return Decision.Refuse(
                state.Holds.IsEmpty
                    ? "the rollout isn't held"
                    : "the rollout is held for want of telemetry and goes on by itself when it is back"
            );
        var draft = new Draft(state, command.Time);
        foreach (var open in answersForAnomalies ? state.Anomalies : [])
            draft.Add(new AnomalyCleared(command.Time, open.Cluster, open.Metric, open.Variant, command.By));
        foreach (var hold in lifted)
            draft.Add(new RolloutResumed(command.Time, hold.Kind, command.Time, command.By));
        var unanswered = state.Pending.Where(p => p is { Unresponsive: true, IsWithdrawal: false });
        foreach (var cluster in unanswered.Select(p => p.Command.Cluster).Distinct())
            Growth.Renew(draft, cluster, $"asked for again by {command.By}");
        if (lifted.Any(hold => hold.Kind == HoldKind.Operator))
            TellAgent(draft, CommandKind.Resume, $"resumed by {command.By}");
        Growth.Continue(draft);
        return draft.Done();
    }

    public static Decision Promote(PromoteRollout command, RolloutState state)
    {
        if (state.Forced)
            return Decision.Refuse("the rollout is being promoted already");
        var draft = new Draft(state, command.Time);
        draft.Add(new PromotionForced(command.Time, command.By, command.Reason));
        var why = $"promoted by {command.By}" + (command.Reason is { } reason ? $": {reason}" : "");
        foreach (var cluster in state.Clusters.Where(c => c is { Withdrawn: null, Stage: not ClusterStage.Promoted }))
            Growth.Promote(draft, cluster.Name, why);
        return draft.Done();
    }

    public static Decision Cancel(CancelRollout command, RolloutState state)
    {
        var draft = new Draft(state, command.Time);
        Withdrawal.Cancel(draft, command);
        return draft.Done();
    }

    /// <summary>
    /// Agents hear of a person's pause, so that one that ramps by itself stops; a hold of the engine leaves the weight
    /// as it is, which needs no command. While a weight is still being set there is nothing yet to hold.
    /// </summary>
    private static void TellAgent(Draft draft, CommandKind kind, string why)
    {
        if (draft.State.Step is { Phase: StepPhase.Baking })
            Growth.Keep(draft, kind, why);
    }
}
