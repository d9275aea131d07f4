using CanaryStreams.Core.Planning;

namespace CanaryStreams.Core.Rollouts;

/// <summary>What agents answer, and what is said again when nobody does.</summary>
internal static class Acks
{
    public static Decision Receive(ReceiveAck command, RolloutState state, IImpact? impact)
    {
        var ack = command.Ack;
        if (state.Pending.FirstOrDefault(p => p.Command.Id == ack.Id) is not { } pending)
            return Decision.Refuse($"'{ack.Id}' waits for no acknowledgement");
        if (ack.Cluster is { } cluster && cluster != pending.Command.Cluster)
            return Decision.Refuse($"'{ack.Id}' was for {pending.Command.Cluster}, not {cluster}");
        var draft = new Draft(state, command.Time, impact);
        if (ack.Status == AckStatus.Failed)
            Fail(draft, pending, ack);
        else
            Apply(draft, pending, ack);
        return draft.Done();
    }

    public static Decision TakeOver(TakeOver command, RolloutState state)
    {
        if (command.Epoch <= state.Epoch)
            return Decision.Refuse($"epoch {command.Epoch} isn't above {state.Epoch}");
        var draft = new Draft(state, command.Time);
        draft.Add(new OwnershipTaken(command.Time, command.Epoch));
        Deadlines.RenewWhatIsDue(draft);
        foreach (var pending in draft.State.Pending.Where(p => p.Command.Epoch < command.Epoch))
            Resend(draft, pending, attempt: 1);
        return draft.Done();
    }

    /// <summary>The same command, its id with it; only the epoch follows the owner.</summary>
    public static void Resend(Draft draft, PendingCommand pending, int attempt) =>
        draft.Add(
            new CommandResent(draft.Time, pending.Number, attempt, pending.Command with { Epoch = draft.State.Epoch })
        );

    /// <summary>Gives up on a command for now: a rollout that only loses contact is held, a rollback goes on being sent.</summary>
    public static void GiveUp(Draft draft, PendingCommand pending)
    {
        var command = pending.Command;
        draft.Add(new AgentUnresponsive(draft.Time, pending.Number, command.Cluster, pending.Attempt, pending.Error));
        if (pending.IsWithdrawal || draft.State.IsHeld(HoldKind.Agent))
            return;
        var said = pending.Error is { } error
            ? $"says of command {command.Id}: {error}"
            : $"doesn't answer {command.Id}";
        var reason = $"the agent of {command.Cluster} {said}";
        draft.Add(new RolloutHeld(draft.Time, HoldKind.Agent, draft.Time, reason, null));
    }

    private static void Fail(Draft draft, PendingCommand pending, Acknowledgement ack)
    {
        if (pending.FailedAttempt >= pending.Attempt)
            return;
        var error = string.IsNullOrWhiteSpace(ack.Error) ? "no error given" : ack.Error;
        draft.Add(new CommandFailed(draft.Time, pending.Number, pending.Command.Cluster, pending.Attempt, error));
    }

    private static void Apply(Draft draft, PendingCommand pending, Acknowledgement ack)
    {
        var cluster = pending.Command.Cluster;
        draft.Add(new CommandAcknowledged(draft.Time, pending.Number, cluster, WeightAfter(draft.State, pending, ack)));
        if (draft.State.Phase != RolloutPhase.Running)
        {
            Withdrawal.EndIfDone(draft);
            return;
        }
        if (
            draft.State.IsHeld(HoldKind.Agent)
            && !draft.State.Pending.Any(p => p is { Unresponsive: true, IsWithdrawal: false })
        )
            draft.Add(new RolloutResumed(draft.Time, HoldKind.Agent, draft.Time, null));
        switch (pending.Command.Command)
        {
            case CommandKind.SetCanary:
            // The weight of a step, for the selected variant alone.
            case CommandKind.SelectVariant when draft.State.IsCanaryStep:
                if (draft.State.Wave?.Has(cluster) == true)
                    StartStep(draft);
                break;
            case CommandKind.SelectVariant:
                Growth.Promote(
                    draft,
                    cluster,
                    $"{cluster} passed its last step with variant {pending.Command.Variant}"
                );
                break;
            case CommandKind.Promote:
                FinishCluster(draft, cluster);
                break;
            case CommandKind.Rollback:
                Withdrawal.EndIfRestIsDone(draft);
                break;
        }
        Growth.Continue(draft);
    }

    /// <summary>When all clusters of the wave are at its weight.</summary>
    public static void StartStep(Draft draft)
    {
        var state = draft.State;
        if (state.Step is not { Phase: StepPhase.Moving } step || state.Wave is not { } wave)
            return;
        if (state.Pending.Any(p => wave.Has(p.Command.Cluster)))
            return;
        var decideAt = draft.Time + state.Policy!.TimeToDecide();
        var weight = wave.CanarySteps[step.Index];
        draft.Add(new StepStarted(draft.Time, wave.First.Name, step.Index, weight, decideAt, wave.NamesOfSeveral));
    }

    private static void FinishCluster(Draft draft, string cluster)
    {
        draft.Add(new ClusterPromoted(draft.Time, cluster));
        Withdrawal.EndIfRestIsDone(draft);
        if (draft.State.Step is { Phase: StepPhase.Next })
            PlanRevision.AfterWave(draft);
    }

    /// <summary>Variants share a weight: the cluster is at it when the last of them is.</summary>
    private static int WeightAfter(RolloutState state, PendingCommand pending, Acknowledgement ack)
    {
        if (!pending.Command.IsOfOneVariant || state.SelectedVariant is not null || state.Wave is not { } wave)
            return Math.Clamp(ack.WeightPct ?? pending.Command.WeightPct, 0, 100);
        var othersWait = state.Pending.Any(p =>
            p.Number != pending.Number && p.Command.Cluster == pending.Command.Cluster
        );
        if (othersWait)
            return state.Clusters.First(c => c.Name == pending.Command.Cluster).WeightPct;
        var steps = wave.CanarySteps;
        return steps[Math.Min(state.Step!.Index, steps.Count - 1)];
    }
}
