using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Rollouts;

/// <summary>
/// What follows the last promotion where the policy says <c>watch</c>: the new version is stable everywhere, nothing runs beside it,
/// and each cluster is judged against what was expected of it from before. Only harm that has lasted and is forecast to last on
/// rolls back, in all clusters: what comes from outside comes to the old version too, and mostly goes again.
/// </summary>
internal static class PromotionWatch
{
    /// <summary>Instead of the end, where the policy asks for it.</summary>
    public static void BeginOrEnd(Draft draft) =>
        draft.Add(
            draft.State.Policy!.Watch is { } watch
                ? new WatchBegun(draft.Time, draft.Time + watch)
                : new RolloutEnded(draft.Time, Withdrawal.OutcomeOf(draft.State))
        );

    public static RolloutState Begun(RolloutState state, WatchBegun e) =>
        state with
        {
            Phase = RolloutPhase.Watching,
            Watch = new WatchState(e.Time, e.Until),
            Step = null,
            Holds = [],
            Pending = [],
            Anomalies = [],
        };

    public static Decision Observe(ObserveBucket bucket, RolloutState state)
    {
        if (bucket.Time <= state.ObservedUntil)
            return Decision.Nothing;
        var draft = new Draft(state, bucket.Time);
        var judged = bucket.Signals.Where(signal => IsJudged(signal, state)).ToList();
        var harmful = judged
            .Where(signal => signal.Evidence!.IsAnomaly && HasLasted(signal, bucket.Time, state))
            .Select(signal => Buckets.AsEvidence(signal, state))
            .Where(evidence => evidence.PSustained >= evidence.PThreshold)
            .OrderByDescending(evidence => evidence.EValue / evidence.EThreshold)
            .ToList();
        if (harmful.Count > 0)
        {
            Withdrawal.RollBack(draft, Decided(bucket, judged, state, harmful));
            return draft.Done();
        }
        Buckets.TrackAnomalies(draft, judged);
        if (bucket.Time >= state.Watch!.Until)
            draft.Add(Ended(draft, WatchSentence.Of(draft.State, judged)));
        return draft.Done();
    }

    /// <summary>
    /// When time alone ends it, since no bucket does. Silence holds nothing and extends nothing: there is no growth to hold, and
    /// what says nothing for ever must not keep the application from its next rollout. Null where nothing is watched.
    /// </summary>
    public static DateTimeOffset? GiveUpAt(RolloutState state) =>
        state is { Phase: RolloutPhase.Watching, Watch: { } watch } ? watch.Until + state.Policy!.StaleAfter : null;

    public static Decision EndInSilence(PassTime command, RolloutState state)
    {
        var draft = new Draft(state, command.Time);
        draft.Add(Ended(draft, WatchSentence.OfSilence(state, command.ObservedUntil)));
        return draft.Done();
    }

    /// <summary>A person has seen enough.</summary>
    public static Decision Promote(PromoteRollout command, RolloutState state)
    {
        var draft = new Draft(state, command.Time);
        draft.Add(new PromotionForced(command.Time, command.By, command.Reason));
        draft.Add(Ended(draft, WatchSentence.CutShort(state, command.Time, $"ended by {command.By}")));
        return draft.Done();
    }

    /// <summary>
    /// The next update goes first, or whoever delivers often could never: its canary is compared with what is stable now, so what
    /// this one did can't be told from before any more.
    /// </summary>
    public static Decision GiveWay(SupersedeWatch command, RolloutState state)
    {
        var draft = new Draft(state, command.Time);
        var why = $"ended for rollout '{command.Successor}'";
        draft.Add(Ended(draft, WatchSentence.CutShort(state, command.Time, why)));
        return draft.Done();
    }

    private static RolloutEnded Ended(Draft draft, string watched) =>
        new(draft.Time, Withdrawal.OutcomeOf(draft.State), Watched: watched);

    /// <summary>A fresh signal of the new version as the stable one, with evidence against what was expected.</summary>
    private static bool IsJudged(Signal signal, RolloutState state) =>
        signal is { Track: Track.Stable, Evidence: not null }
        && signal.Version == state.Request!.Version
        && TelemetryHealth.IsFresh(signal)
        && state.Clusters.Any(cluster => cluster.Name == signal.Cluster && cluster.Withdrawn is null);

    /// <summary>
    /// It was noted as an anomaly so long ago and hasn't ended since: an incident that isn't the version's is mostly over by then,
    /// and nothing else tells the two apart where no other side runs.
    /// </summary>
    private static bool HasLasted(Signal signal, DateTimeOffset time, RolloutState state) =>
        state.Anomalies.FirstOrDefault(open => open.Cluster == signal.Cluster && open.Metric == signal.Metric)
            is { NotedAt: { } noted }
        && time - noted >= state.Policy!.LastsInWatch();

    private static RollbackDecided Decided(
        ObserveBucket bucket,
        List<Signal> judged,
        RolloutState state,
        List<RollbackEvidence> harmful
    )
    {
        var others = judged.Where(s => !harmful.Exists(e => e.Cluster == s.Cluster && e.Metric == s.Metric));
        var first = harmful[0];
        return new RollbackDecided(
            bucket.Time,
            RollbackCause.Evidence,
            WatchSentence.OfRollback(state, bucket.Time, harmful),
            [.. harmful.Select((e, i) => i < Buckets.ExplainedMax ? e : e with { Explanation = null })],
            Standings.Of(others),
            Standings.Unusual(bucket.Signals, state),
            new BudgetSpent(state.Policy!.FalseRollbackBudget, first.Share, 1 / first.EValue)
        );
    }
}
