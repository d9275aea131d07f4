using System.Collections.Immutable;

namespace CanaryStreams.Core.Rollouts;

/// <summary>Folds events into state: pure and total. An event never depends on anything but the state before it.</summary>
public static class Evolution
{
    public static RolloutState Evolve(RolloutState state, RolloutEvent happened) =>
        happened switch
        {
            RolloutRequested e => state with
            {
                Phase = RolloutPhase.Running,
                Request = e.Request,
                Policy = e.Policy,
                Asked = new AskedFor(e.Request.App, e.Request.Version),
            },
            RolloutRefused e => state with { Phase = RolloutPhase.Refused, Asked = new AskedFor(e.App, e.Version) },
            RolloutPlanned e => Planned(state, e),
            PlanRevised e => Revised(state, e),
            OutlookStated e => state with { Outlook = e },
            CanarySized e => CanarySizes.Fold(state, e),
            CommandIssued e => Issued(state, e),
            CommandResent e => Resent(state, e),
            CommandAcknowledged e => Acknowledged(state, e),
            CommandFailed e => OnPending(
                state,
                e.Number,
                pending => pending with { FailedAttempt = e.Attempt, Error = e.Error }
            ),
            AgentUnresponsive e => OnPending(state, e.Number, pending => pending with { Unresponsive = true }),
            StepStarted e => OnStep(
                state,
                step => step with { Phase = StepPhase.Baking, StartedAt = e.Time, DecideAt = e.DecideAt }
            ),
            BakeStarted e => OnStep(
                state with
                {
                    ObservedUntil = e.Time,
                },
                step => step with { Observed = true, RunningSince = state.Holds.IsEmpty ? e.Since : null }
            ),
            RolloutHeld e => Held(state, e),
            RolloutResumed e => Resumed(state, e),
            AnomalyNoted e => Noted(state, e),
            AnomalyCleared e => state with
            {
                ObservedUntil = e.By is null ? e.Time : state.ObservedUntil,
                Anomalies = state.Anomalies.RemoveAll(open =>
                    open.Cluster == e.Cluster && open.Metric == e.Metric && open.Variant == e.Variant
                ),
            },
            StepPassed e => OnStep(
                state with
                {
                    ObservedUntil = e.Inconclusive ? state.ObservedUntil : e.Time,
                },
                step => StepState.At(step.Cluster, step.Index + 1)
            ),
            VariantRolledBack e => state with
            {
                ObservedUntil = e.Time,
                WithdrawnVariants = state.WithdrawnVariants.Add(e.Variant),
                Anomalies = state.Anomalies.RemoveAll(open => open.Variant == e.Variant),
            },
            VariantSelected e => state with
            {
                SelectedVariant = e.Variant,
                SelectedBecause = e.Reason,
                Anomalies = state.Anomalies.RemoveAll(open => open.Variant is not null && open.Variant != e.Variant),
            },
            ClusterPromoted e => WaveProgress.AfterPromotion(state, e.Cluster),
            ClustersRolledBack e => WaveProgress.Without(state, e),
            WatchBegun e => PromotionWatch.Begun(state, e),
            PromotionForced e => state with
            {
                Forced = true,
                Step = null,
                Holds = [],
                Pending = Withdrawals(state),
                LastOverride = e.Time,
            },
            RollbackDecided e => Withdrawing(state, RolloutPhase.RollingBack, e.Time) with { Rollback = e },
            RolloutCancelled e => Withdrawing(state, RolloutPhase.Cancelling, e.Time) with { LastOverride = e.Time },
            OwnershipTaken e => state with { Epoch = e.Epoch, OwnedSince = e.Time },
            OutcomeReported e => state with { Labels = state.Labels.Add(e) },
            RolloutEnded e => state with
            {
                Phase = RolloutPhase.Ended,
                Outcome = e.Outcome,
                EndedAt = e.Time,
                Unconfirmed = e.Unconfirmed,
                Pending = [],
                Holds = [],
                Step = null,
            },
            _ => state,
        };

    public static RolloutState Fold(RolloutState state, IEnumerable<RolloutEvent> events) =>
        events.Aggregate(state, Evolve);

    private static RolloutState Planned(RolloutState state, RolloutPlanned e) =>
        state with
        {
            Plan = e.Plan,
            Clusters = [.. e.Plan.Clusters.Select(c => new ClusterState(c.Name, ClusterStage.Waiting, 0, null))],
            Step = StepState.At(0, 0),
        };

    private static RolloutState Revised(RolloutState state, PlanRevised e)
    {
        var begun = PlanRevision.Begun(state);
        var waiting = state.Clusters.Skip(begun).ToDictionary(cluster => cluster.Name);
        var revised = e.Plan.Clusters.Where(cluster => waiting.ContainsKey(cluster.Name)).ToList();
        return state with
        {
            Plan = e.Plan with { Clusters = [.. state.Plan!.Clusters.Take(begun), .. revised] },
            Clusters = [.. state.Clusters.Take(begun), .. revised.Select(cluster => waiting[cluster.Name])],
        };
    }

    private static RolloutState Issued(RolloutState state, CommandIssued e)
    {
        var command = e.Command;
        var next = OnCluster(
            state with
            {
                LastCommand = e.Number,
                Pending = state
                    .Pending.RemoveAll(p => IsSupersededBy(p.Command, command))
                    .Add(new PendingCommand(e.Number, command, e.Time, 1, 0, null, false)),
            },
            command.Cluster,
            cluster =>
                cluster with
                {
                    IssuedAt = e.Time,
                    Stage = cluster.Stage == ClusterStage.Waiting ? ClusterStage.Canary : cluster.Stage,
                }
        );
        return command.Command switch
        {
            CommandKind.SetCanary => Moving(next),
            CommandKind.SelectVariant => SelectionIssued(next),
            CommandKind.Promote => OnStep(next, s => s with { Phase = StepPhase.Promoting }),
            _ => next,
        };
    }

    /// <summary>Before the last step is passed it is a command of that step: the weight, for the selected variant alone.</summary>
    private static RolloutState SelectionIssued(RolloutState state) =>
        state.IsCanaryStep
            ? Moving(state) with
            {
                SelectionTold = true,
            }
            : OnStep(state, s => s with { Phase = StepPhase.Selecting });

    private static RolloutState Moving(RolloutState state) =>
        OnStep(state, s => s.Phase == StepPhase.Next ? s with { Phase = StepPhase.Moving } : s);

    /// <summary>A newer command for the same cluster says all that the older one said, variant by variant where it names one.</summary>
    private static bool IsSupersededBy(ControlCommand older, ControlCommand newer) =>
        older.Cluster == newer.Cluster && (!newer.IsOfOneVariant || older.Variant == newer.Variant);

    private static RolloutState Resent(RolloutState state, CommandResent e) =>
        OnPending(
            state,
            e.Number,
            pending => pending with { Command = e.Command, SentAt = e.Time, Attempt = e.Attempt }
        );

    private static RolloutState Acknowledged(RolloutState state, CommandAcknowledged e)
    {
        var pending = state.Pending.FirstOrDefault(p => p.Number == e.Number);
        var stage = pending?.Command.Command switch
        {
            CommandKind.Promote => ClusterStage.Promoted,
            CommandKind.Rollback => ClusterStage.RolledBack,
            _ => ClusterStage.Canary,
        };
        return OnCluster(
            state with
            {
                Pending = state.Pending.RemoveAll(p => p.Number == e.Number),
            },
            e.Cluster,
            cluster => cluster with { WeightPct = e.WeightPct, Stage = stage }
        );
    }

    private static RolloutState Held(RolloutState state, RolloutHeld e)
    {
        var next = OnStep(state, step => step with { Baked = step.BakedAt(e.Since), RunningSince = null });
        return next with
        {
            Holds = WithHold(state, e),
            ObservedUntil = e.Kind == HoldKind.Telemetry ? Later(state.ObservedUntil, e.Since) : state.ObservedUntil,
            LastOverride = e.By is null ? state.LastOverride : e.Time,
        };
    }

    /// <summary>Telemetry is wrong in one way at a time; how long it has been wrong at all stays.</summary>
    private static ImmutableArray<Hold> WithHold(RolloutState state, RolloutHeld e)
    {
        DateTimeOffset? silentSince = e.Condition == TelemetryCondition.CanarySilent ? e.Since : null;
        var hold = new Hold(e.Kind, e.Time, e.Reason, e.By, e.Condition, silentSince, e.Cluster);
        var before = e.Condition is null ? null : state.Holds.FirstOrDefault(other => other.Kind == e.Kind);
        return before is null ? state.Holds.Add(hold) : state.Holds.Replace(before, hold with { Since = before.Since });
    }

    private static RolloutState Resumed(RolloutState state, RolloutResumed e)
    {
        var held = state.Holds.FirstOrDefault(hold => hold.Kind == e.Kind);
        var holds = state.Holds.RemoveAll(hold => hold.Kind == e.Kind);
        var next = OnStep(
            state,
            step =>
                step with
                {
                    RunningSince = holds.IsEmpty && step.Observed ? e.Since : step.RunningSince,
                    DecideAt = DecideAfter(state, step, held, e),
                }
        );
        return next with
        {
            Holds = holds,
            ObservedUntil = e is { Kind: HoldKind.Telemetry, By: null }
                ? Later(state.ObservedUntil, e.Time)
                : state.ObservedUntil,
            LastOverride = e.By is null ? state.LastOverride : e.Time,
        };
    }

    /// <summary>The deadline for a verdict stands still while a person holds the rollout, and begins anew after a hold for want of one.</summary>
    private static DateTimeOffset? DecideAfter(RolloutState state, StepState step, Hold? held, RolloutResumed e) =>
        (e.Kind, held) switch
        {
            (HoldKind.Operator, { } pause) => step.DecideAt + (e.Time - pause.Since),
            (HoldKind.Inconclusive, _) when step.DecideAt is not null => e.Time + state.Policy!.TimeToDecide(),
            _ => step.DecideAt,
        };

    private static RolloutState Noted(RolloutState state, AnomalyNoted e) =>
        state with
        {
            ObservedUntil = e.Time,
            Anomalies = state.Anomalies.Add(
                new OpenAnomaly(e.Evidence.Cluster, e.Evidence.Metric, e.Evidence.Variant, e.Evidence.Onset, e.Time)
            ),
        };

    private static RolloutState Withdrawing(RolloutState state, RolloutPhase phase, DateTimeOffset time) =>
        state with
        {
            Phase = phase,
            WithdrawnSince = WaveProgress.NewestTime(state, time),
            Step = null,
            Holds = [],
            Pending = Withdrawals(state),
        };

    /// <summary>What takes single clusters back is waited for, whatever becomes of the others.</summary>
    private static ImmutableArray<PendingCommand> Withdrawals(RolloutState state) =>
        state.Pending.RemoveAll(pending => !pending.IsWithdrawal);

    private static RolloutState OnStep(RolloutState state, Func<StepState, StepState> change) =>
        state.Step is { } step ? state with { Step = change(step) } : state;

    private static RolloutState OnCluster(RolloutState state, string name, Func<ClusterState, ClusterState> change) =>
        state with
        {
            Clusters = [.. state.Clusters.Select(c => c.Name == name ? change(c) : c)],
        };

    private static RolloutState OnPending(
        RolloutState state,
        int number,
        Func<PendingCommand, PendingCommand> change
    ) => state with { Pending = [.. state.Pending.Select(p => p.Number == number ? change(p) : p)] };

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) =>
        one is { } time && time > other ? time : other;
}
