using CanaryStreams.Core.Planning;

namespace CanaryStreams.Core.Rollouts;

/// <summary>Takes a version out again.</summary>
internal static class Withdrawal
{
    /// <summary>Out of every cluster that has or had it, promoted ones too, and out of those where evidence saw it.</summary>
    public static void RollBack(Draft draft, RollbackDecided decided)
    {
        draft.Add(decided);
        var evidence = decided.Evidence;
        var reason = ReasonOf(decided.Summary, evidence);
        Withdraw(draft, c => c.IsTouched || evidence.Any(e => e.Cluster == c.Name), reason);
        EndIfDone(draft);
    }

    /// <summary>Out of the clusters that don't go on, of those that have or had it or where evidence saw it.</summary>
    public static void RollBack(Draft draft, ClustersRolledBack decided)
    {
        var rulings = decided.Out.ToDictionary(ruling => ruling.Cluster);
        var issued = draft.State.Clusters.Where(cluster => rulings.ContainsKey(cluster.Name)).ToList();
        draft.Add(decided);
        foreach (var cluster in issued)
        {
            if (!cluster.IsTouched && decided.Evidence.All(e => e.Cluster != cluster.Name))
                continue;
            var ruling = rulings[cluster.Name];
            var summary = ruling.Failed ? decided.Summary : $"{ruling.Because}: {decided.Summary}";
            Growth.Issue(draft, cluster.Name, CommandKind.Rollback, 0, null, ReasonOf(summary, decided.Evidence));
        }
    }

    public static void Cancel(Draft draft, CancelRollout command)
    {
        draft.Add(new RolloutCancelled(draft.Time, command.By, command.Reason));
        var summary = $"cancelled by {command.By}" + (command.Reason is { } why ? $": {why}" : "");
        Withdraw(draft, c => c.IsTouched && c.Stage != ClusterStage.Promoted, CommandReason.Of(summary));
        EndIfDone(draft);
    }

    /// <summary>Ended when every agent has said so.</summary>
    public static void EndIfDone(Draft draft)
    {
        if (draft.State.Pending.IsEmpty)
            draft.Add(new RolloutEnded(draft.Time, OutcomeOf(draft.State)));
    }

    /// <summary>Ended when all clusters that go on are promoted, and every agent of the others has said that it is out.</summary>
    public static void EndIfRestIsDone(Draft draft)
    {
        if (IsRestDone(draft.State) && !draft.State.Pending.Any(pending => pending.IsWithdrawal))
            draft.Add(new RolloutEnded(draft.Time, OutcomeOf(draft.State)));
    }

    /// <summary>Nothing is left to do but to wait for the agents of clusters that were taken out while the rest went on.</summary>
    public static bool IsAllThatIsLeft(RolloutState state) =>
        state.Phase == RolloutPhase.Running
        && IsRestDone(state)
        && state.Clusters.Any(cluster => cluster.Withdrawn is not null);

    private static bool IsRestDone(RolloutState state) =>
        state.Phase == RolloutPhase.Running
        && state.Clusters.All(c => c.Withdrawn is not null || c.Stage == ClusterStage.Promoted);

    /// <summary>
    /// A person stops waiting for agents that answer none of the sendings, or the application could never have another
    /// rollout. Those that may still answer are waited for.
    /// </summary>
    public static Decision StopWaiting(CancelRollout command, RolloutState state)
    {
        if (state.Pending.FirstOrDefault(p => !p.Unresponsive) is { } pending)
            return Decision.Refuse(
                $"{Doing(state)}, and the agent of {pending.Command.Cluster} may still answer: cancel again when its "
                    + "retries are used up"
            );
        var draft = new Draft(state, command.Time);
        draft.Add(new RolloutEnded(command.Time, OutcomeOf(state), command.By, Unanswered(state)));
        return draft.Done();
    }

    /// <summary>
    /// When the engine waits no longer for agents that answer nothing, or the rollout would be sent for ever. Whoever owns it has
    /// used up its own retries by then, and the last sending had its time.
    /// </summary>
    /// <returns>Null where it isn't being taken out, or an agent may still answer.</returns>
    public static DateTimeOffset? GiveUpAt(RolloutState state)
    {
        var isWithdrawing =
            state.Phase is RolloutPhase.RollingBack or RolloutPhase.Cancelling || IsAllThatIsLeft(state);
        if (!isWithdrawing || state.Pending.IsEmpty)
            return null;
        var policy = state.Policy!;
        if (state.Pending.Any(pending => pending.Attempt <= policy.AckRetries))
            return null;
        var waited = state.Pending.Max(pending => pending.SentAt) + policy.ResendAfter();
        var atMost = WithdrawnSince(state) + PolicyTimes.WithdrawalAtMost;
        return atMost > waited ? atMost : waited;
    }

    /// <summary>Ends it for want of answers; what the clusters are at stays what their agents last said.</summary>
    public static void GiveUp(Draft draft)
    {
        var state = draft.State;
        var open = Unanswered(state);
        var known = state
            .Clusters.Where(cluster => open.Contains(cluster.Name))
            .Select(cluster => LastOf(state, cluster));
        var request = state.Request!;
        var hours = (draft.Time - (WithdrawnSince(state) ?? draft.Time)).TotalHours;
        var unconfirmed =
            $"unconfirmed: after {hours:0} hours it isn't known to be out of {string.Join(", ", known)}, "
            + $"and nothing more is sent. See whether {request.App} {request.Version} still runs there and take it out by hand; "
            + $"then see to the agent (rollout {request.Rollout})";
        draft.Add(new RolloutEnded(draft.Time, OutcomeOf(state), By: null, open, unconfirmed));
    }

    /// <summary>Of the whole version, or else the last time that clusters of it were.</summary>
    private static DateTimeOffset? WithdrawnSince(RolloutState state) =>
        state.WithdrawnSince ?? state.Clusters.Select(cluster => cluster.Withdrawn?.Since).Max();

    private static List<string> Unanswered(RolloutState state) =>
        [.. state.Pending.Select(p => p.Command.Cluster).Distinct()];

    private static string LastOf(RolloutState state, ClusterState cluster)
    {
        var error = state.Pending.Where(p => p.Command.Cluster == cluster.Name).Select(p => p.Error).LastOrDefault();
        var said = error is null ? "its agent doesn't answer" : $"its agent says: {error}";
        return $"{cluster.Name} (last known at {cluster.WeightPct} %; {said})";
    }

    public static Decision RefuseOverride(RolloutState state) => Decision.Refuse(Doing(state));

    private static string Doing(RolloutState state) =>
        state.Phase switch
        {
            RolloutPhase.Cancelling => "the rollout is being cancelled",
            RolloutPhase.RollingBack => "the rollout is being rolled back",
            _ => $"all that is left is to take the version out of {Wave.Listed(Unanswered(state))}",
        };

    private static RolloutOutcome OutcomeOf(RolloutState state) =>
        state.Phase switch
        {
            RolloutPhase.Cancelling => RolloutOutcome.Cancelled,
            RolloutPhase.RollingBack => RolloutOutcome.RolledBack,
            _ when state.Clusters.Any(cluster => cluster.Withdrawn is not null) => RolloutOutcome.PartlyPromoted,
            _ => RolloutOutcome.Promoted,
        };

    private static void Withdraw(Draft draft, Func<ClusterState, bool> concerns, CommandReason reason)
    {
        foreach (var cluster in draft.State.Clusters.Where(c => c.Withdrawn is null && concerns(c)))
            Growth.Issue(draft, cluster.Name, CommandKind.Rollback, 0, null, reason);
    }

    private static CommandReason ReasonOf(string summary, IReadOnlyList<RollbackEvidence> evidence)
    {
        var first = evidence.Count > 0 ? evidence[0] : null;
        return new CommandReason(
            summary,
            first?.AnomalyScore,
            first?.PSustained,
            first?.PThreshold,
            [.. evidence.Select(CommandEvidence.Of)]
        );
    }
}
