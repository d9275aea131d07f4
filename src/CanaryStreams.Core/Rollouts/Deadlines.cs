using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Rollouts;

/// <summary>What becomes due by the mere passing of time. The host asks for the next moment and never polls.</summary>
public static class Deadlines
{
    /// <summary>When <see cref="PassTime"/> is due next; null where the rollout waits for something else.</summary>
    /// <param name="observedUntil">End of the last bucket observed; null where none was since the observer started.</param>
    public static DateTimeOffset? Next(RolloutState state, DateTimeOffset? observedUntil)
    {
        if (!state.IsActive)
            return null;
        var policy = state.Policy!;
        var due = state
            .Pending.Select(pending => ResendAt(policy, pending))
            .Concat(state.Clusters.Select(cluster => RenewAt(state, policy, cluster)))
            .Append(DecideAt(state))
            .Append(StaleAt(state, policy, observedUntil))
            .Append(Withdrawal.GiveUpAt(state));
        return due.Min();
    }

    internal static Decision Pass(PassTime command, RolloutState state)
    {
        var draft = new Draft(state, command.Time);
        var policy = state.Policy!;
        if (Withdrawal.GiveUpAt(state) <= command.Time)
        {
            Withdrawal.GiveUp(draft);
            return draft.Done();
        }
        RenewWhatIsDue(draft);
        foreach (var pending in draft.State.Pending)
        {
            if (ResendAt(policy, pending) <= command.Time)
                Chase(draft, policy, pending);
        }
        if (StaleAt(draft.State, policy, command.ObservedUntil) <= command.Time)
            HoldForSilence(draft, command.ObservedUntil);
        if (DecideAt(draft.State) <= command.Time)
            Inconclusiveness.Conclude(draft, command.Signals ?? []);
        return draft.Done();
    }

    internal static void RenewWhatIsDue(Draft draft)
    {
        foreach (var cluster in draft.State.Clusters)
        {
            if (RenewAt(draft.State, draft.State.Policy!, cluster) <= draft.Time)
                Growth.Renew(draft, cluster.Name, "said again before the last command expires");
        }
    }

    private static void Chase(Draft draft, Policy policy, PendingCommand pending)
    {
        var isExhausted = pending.Attempt > policy.AckRetries;
        if (isExhausted && !pending.Unresponsive)
            Acks.GiveUp(draft, pending);
        if (!isExhausted || pending.IsWithdrawal)
            Acks.Resend(draft, pending, pending.Attempt + 1);
    }

    private static void HoldForSilence(Draft draft, DateTimeOffset? observedUntil)
    {
        var step = draft.State.Step!;
        var until = observedUntil ?? draft.State.ObservedUntil ?? step.StartedAt!.Value;
        var reason =
            $"no telemetry at all since {until.ToUniversalTime():HH:mm:ss}: nothing is sent, or the engine is behind";
        draft.Add(
            new RolloutHeld(draft.Time, HoldKind.Telemetry, until, reason, null, Condition: TelemetryCondition.Absent)
        );
    }

    private static DateTimeOffset? ResendAt(Policy policy, PendingCommand pending) =>
        (pending.IsWithdrawal, pending.Unresponsive) switch
        {
            (false, false) => pending.SentAt + policy.ResendAfter(),
            (false, true) => null,
            _ => pending.SentAt + policy.RollbackResendAfter(pending.Attempt),
        };

    private static DateTimeOffset? RenewAt(RolloutState state, Policy policy, ClusterState cluster) =>
        state.Phase == RolloutPhase.Running
        && cluster is { Stage: ClusterStage.Canary, Withdrawn: null, IssuedAt: { } issued }
            ? issued + policy.RenewAfter()
            : null;

    private static DateTimeOffset? DecideAt(RolloutState state) =>
        state.Step is { Phase: StepPhase.Baking, DecideAt: { } decideAt } && !Inconclusiveness.IsSuspended(state)
            ? decideAt
            : null;

    private static DateTimeOffset? StaleAt(RolloutState state, Policy policy, DateTimeOffset? observedUntil)
    {
        if (state.Step is not { Phase: StepPhase.Baking } step || state.IsHeld(HoldKind.Telemetry))
            return null;
        DateTimeOffset?[] signsOfLife = [step.StartedAt, state.OwnedSince, observedUntil];
        return signsOfLife.Max() + policy.StaleAfter;
    }
}
