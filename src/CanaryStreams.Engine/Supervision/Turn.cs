using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;
using CanaryStreams.Engine.Journal;

namespace CanaryStreams.Engine.Supervision;

/// <summary>
/// One batch's work on top of the table: nothing of it is seen before the journal has its events, so a batch that
/// fails half way can simply be handled again.
/// </summary>
internal sealed class Turn(RolloutTable table, IJournal journal, Claim claim, bool assumeAcks, IImpact impact)
{
    private readonly Dictionary<string, Tracked> _changed = [];
    private readonly Dictionary<string, Gathering?> _gathered = [];
    private readonly List<StreamAppend> _appends = [];
    private readonly List<InputRefusal> _refusals = [];
    private readonly List<LostRollout> _lost = [];
    private long _nextOrder = table.NextOrder;
    private bool _metForeign;

    public DateTimeOffset? Clock { get; private set; } = table.Clock;

    public void SeeTime(DateTimeOffset time) => Clock = Clock is { } clock && clock > time ? clock : time;

    public void Refuse(int index, string rollout, string reason) =>
        _refusals.Add(new InputRefusal(index, rollout, reason));

    public void Lose(LostRollout lost) => _lost.Add(lost);

    /// <summary>An active rollout of this supervisor; null where it isn't one.</summary>
    public Tracked? Active(string rollout)
    {
        var tracked = _changed.GetValueOrDefault(rollout) ?? table.Active.GetValueOrDefault(rollout);
        return tracked is { State.IsActive: true } ? tracked : null;
    }

    /// <summary>Any rollout, from the journal where it is not active; new where nobody knows it. Null where another process owns it.</summary>
    /// <exception cref="JournalCorruptException">Its stream can't be read.</exception>
    public Tracked? Find(string rollout)
    {
        if ((_changed.GetValueOrDefault(rollout) ?? table.Active.GetValueOrDefault(rollout)) is { } known)
            return known;
        var events = RolloutStream.Events(journal, rollout);
        var state = Evolution.Fold(RolloutState.Initial, events);
        _metForeign |= state.IsActive;
        return state.IsActive ? null : new Tracked(rollout, 0, state, events.Count, SnapshotVersion: 0);
    }

    /// <summary>The rollout that an application is under; null where there is none.</summary>
    public string? RunningOf(string app)
    {
        var begun = _changed.Values.FirstOrDefault(t => t.State.IsActive && t.State.Request!.App == app);
        if (begun is not null)
            return begun.Rollout;
        var running = table.RunningByApp.GetValueOrDefault(app);
        return running is not null && _changed.TryGetValue(running, out var changed) && !changed.State.IsActive
            ? null
            : running;
    }

    /// <summary>Decides, and folds what was decided as a restart would read it, so that both see the same to the last digit.</summary>
    /// <returns>The rollout afterwards.</returns>
    public Tracked Decide(Tracked tracked, RolloutCommand command, int index)
    {
        var decision = Decider.Decide(command, tracked.State, impact);
        if (decision.Refusal is { } refusal)
            Refuse(index, tracked.Rollout, refusal);
        if (decision.Events.Count == 0)
            return tracked;
        var encoded = decision
            .Events.Select(e => new JournalEvent(EventCodec.NameOf(e), EventCodec.Encode(e)))
            .ToList();
        var events = encoded.Select(e => EventCodec.Decode(e.Type, e.Payload.Span)).ToList();
        foreach (var refused in events.OfType<RolloutRefused>())
            Refuse(index, tracked.Rollout, refused.Reason);
        var next = tracked with
        {
            Order = tracked.Version == 0 ? _nextOrder++ : tracked.Order,
            State = Evolution.Fold(tracked.State, events),
            Version = tracked.Version + events.Count,
        };
        var isSnapshotDue =
            next.State.IsActive && next.Version - tracked.SnapshotVersion >= RolloutSnapshot.EventsBetween;
        if (isSnapshotDue)
            next = next with { SnapshotVersion = next.Version };
        _appends.Add(
            new StreamAppend(RolloutStream.Of(tracked.Rollout), tracked.Version, encoded)
            {
                ClosedAt = next.State.IsActive ? null : Closed(next.State.EndedAt ?? events[^1].Time),
                Snapshot = isSnapshotDue ? new ReadOnlyMemory<byte>?(RolloutSnapshot.Write(next.State)) : null,
            }
        );
        _changed[next.Rollout] = next;
        return assumeAcks ? Acknowledge(next, events, command.Time, index) : next;
    }

    /// <summary>
    /// An end has the time of whoever ended it, and a person's clock may be years behind. It counts as closed when it became
    /// known, or it would be forgotten while its request is still young enough to begin it again.
    /// </summary>
    private DateTimeOffset Closed(DateTimeOffset ended) => Clock is { } clock && clock > ended ? clock : ended;

    /// <summary>What follows from an observation without an event.</summary>
    public void Observed(Tracked tracked, DateTimeOffset until, IReadOnlyList<Signal> signals) =>
        _changed[tracked.Rollout] = tracked with { ObservedUntil = until, Observed = signals };

    /// <summary>Adds a signal to its application's bucket.</summary>
    /// <returns>The bucket's signals where this was the last of them; else null.</returns>
    public IReadOnlyList<Signal>? Gather(Signal signal)
    {
        if (!_gathered.TryGetValue(signal.App, out var gathering))
            gathering = table.Gathered.GetValueOrDefault(signal.App) is { } begun
                ? begun with
                {
                    Signals = [.. begun.Signals],
                }
                : null;
        // A bucket that never got its last signal was cut off by a restart of the analyzer, which sends it again. An older one
        // comes from an analyzer that doesn't know yet that its partition has gone: it was gathered before.
        if (gathering is not null && signal.Time < gathering.Time)
            return null;
        if (gathering is null || gathering.Time != signal.Time)
            gathering = new Gathering(signal.Time, []);
        if (!gathering.Signals.Exists(known => IsSame(known, signal)))
            gathering.Signals.Add(signal);
        _gathered[signal.App] = signal.Last ? null : gathering;
        // The rest of a bucket whose beginning was read in an earlier life, or by nobody, says nothing that could be judged.
        var isWhole = signal.BucketSignals is not { } all || gathering.Signals.Count >= all;
        return signal.Last && isWhole ? gathering.Signals : null;
    }

    /// <summary>Appends all events in one transaction; then, and only then, the table changes.</summary>
    /// <exception cref="PartitionTakenException">Another process has claimed the partition.</exception>
    public SupervisorResult Commit()
    {
        var appended = Append();
        foreach (var lost in _lost)
        {
            _changed.Remove(lost.Rollout);
            table.Remove(lost.Rollout);
        }
        // By order, so that of two rollouts of one application the one that runs now is put last.
        foreach (var tracked in _changed.Values.OrderBy(t => t.Order))
            table.Put(tracked);
        foreach (var (app, gathering) in _gathered)
        {
            if (gathering is null)
                table.Gathered.Remove(app);
            else
                table.Gathered[app] = gathering;
        }
        table.Clock = Clock;
        table.NextOrder = _nextOrder;
        return new SupervisorResult(appended, _refusals, _lost);
    }

    private int Append()
    {
        // Where somebody else decides a rollout, it may be that this partition is theirs now: nothing of it may count as done
        // then, and what is refused here (an answer to a command that they issued) may be what they wait for.
        var asks = _metForeign || _refusals.Count > 0;
        while (_appends.Count > 0 || asks)
        {
            asks = false;
            var result = journal.Append(claim, _appends);
            if (result.IsFenced)
                throw new PartitionTakenException(claim.Partition, journal.OwnerOf(claim.Partition));
            if (result.IsAppended)
                break;
            foreach (var stream in result.Conflicts)
            {
                _appends.RemoveAll(append => append.Stream == stream);
                var reason = $"another process has written to '{stream}'";
                _lost.Add(new LostRollout(RolloutStream.RolloutOf(stream)!, LossCause.TakenOver, reason));
            }
        }
        return _appends.Sum(append => append.Events.Count);
    }

    private Tracked Acknowledge(Tracked tracked, List<RolloutEvent> events, DateTimeOffset time, int index)
    {
        foreach (var issued in events.OfType<CommandIssued>())
        {
            if (tracked.State.Pending.All(pending => pending.Number != issued.Number))
                continue;
            var ack = Acknowledgement.Applied(issued.Command, time, issued.Command.WeightPct);
            tracked = Decide(tracked, new ReceiveAck(time, ack), index);
        }
        return tracked;
    }

    private static bool IsSame(Signal one, Signal other) =>
        one.Cluster == other.Cluster
        && one.Metric == other.Metric
        && one.Track == other.Track
        && one.Version == other.Version
        && one.Variant == other.Variant;
}
