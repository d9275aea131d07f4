using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;
using CanaryStreams.Engine.Journal;

namespace CanaryStreams.Engine.Supervision;

/// <summary>How a supervisor works.</summary>
public sealed record SupervisorOptions
{
    /// <summary>Whose rollouts it decides: those whose records come in this partition.</summary>
    public int Partition { get; init; }

    /// <summary>Names the process for people who ask who owns a rollout.</summary>
    public string Owner { get; init; } = "this process";

    /// <summary>
    /// Every command counts as applied the moment it is issued: for a replay of records without acknowledgements.
    /// </summary>
    public bool AssumeAcks { get; init; }

    public Retention Retention { get; init; } = new();

    /// <summary>
    /// Gives what predicts the risk that rollouts are planned by; asked for each batch. Whoever repeats the decisions has to have the
    /// same at the same place.
    /// </summary>
    public Func<IImpact> Impact { get; init; } = () => RuleOfThumb.Instance;
}

/// <summary>
/// Decides the rollouts of one partition over a journal, without a thread, a clock or a broker of its own: the host brings inputs
/// and time, publishes the <see cref="Outbox"/> and commits its offsets after each call. What is decided doesn't depend on how
/// inputs are cut into batches. An exception of the journal leaves everything as it was: the host calls again.
/// </summary>
public sealed class Supervisor(IJournal journal, SupervisorOptions? options = null)
{
    private const int NoInput = -1;

    /// <summary>Archived, and forgotten, in one call: a few hundredths of a second in which nothing is decided.</summary>
    private const int TidiedMax = 100;
    private readonly RolloutTable _table = new();
    private readonly SupervisorOptions _options = options ?? new SupervisorOptions();
    private Claim _claim;

    /// <summary>When <see cref="AdvanceTo"/> has something to do; null where nothing is due ever.</summary>
    public DateTimeOffset? NextDeadline => _table.NextDeadline;

    /// <summary>State of an active rollout; null where there is none of that name.</summary>
    public RolloutState? StateOf(string rollout) => _table.Active.GetValueOrDefault(rollout)?.State;

    /// <summary>How many rollouts are active.</summary>
    public int ActiveCount => _table.Active.Count;

    /// <summary>The active rollouts, in the order in which they were requested.</summary>
    public IReadOnlyList<RolloutState> Active =>
        [.. _table.Active.Values.OrderBy(tracked => tracked.Order).Select(tracked => tracked.State)];

    /// <summary>
    /// Claims the partition, loads its rollouts, takes each active one over (a higher epoch) and says again what is outstanding.
    /// Call it first, and again after an exception of its own.
    /// </summary>
    public SupervisorResult Recover(DateTimeOffset now)
    {
        _claim = journal.Claim(_options.Partition, _options.Owner);
        _table.Clear();
        var lost = Load();
        var turn = Begin();
        foreach (var rollout in lost)
            turn.Lose(rollout);
        foreach (var tracked in _table.Active.Values.OrderBy(tracked => tracked.Order))
            turn.Decide(tracked, new TakeOver(ToMilliseconds(now), tracked.State.Epoch + 1), NoInput);
        return turn.Commit();
    }

    /// <summary>Decides on a batch, in order, and appends all that follows in one transaction.</summary>
    public SupervisorResult Handle(IReadOnlyList<SupervisorInput> batch)
    {
        var turn = Begin();
        for (var i = 0; i < batch.Count; i++)
        {
            try
            {
                Handle(turn, batch[i], i);
            }
            catch (JournalCorruptException e) when (RolloutStream.RolloutOf(e.Stream) is { } rollout)
            {
                turn.Refuse(i, rollout, e.Message);
            }
        }
        return turn.Commit();
    }

    /// <summary>Lets every deadline up to a time pass, the earliest first, each at its own moment.</summary>
    public SupervisorResult AdvanceTo(DateTimeOffset time)
    {
        var turn = Begin();
        turn.SeeTime(ToMilliseconds(time));
        var queue = new PriorityQueue<string, (DateTimeOffset, long)>();
        foreach (var (due, order, rollout) in _table.DueUntil(time))
            queue.Enqueue(rollout, (due, order));
        while (queue.TryDequeue(out var rollout, out var moment))
        {
            if (turn.Active(rollout) is not { } tracked)
                continue;
            var next = turn.Decide(
                tracked,
                new PassTime(moment.Item1, tracked.ObservedUntil, tracked.Observed),
                NoInput
            );
            if (next.Due is { } due && due <= time)
                queue.Enqueue(rollout, (due, next.Order));
        }
        return turn.Commit();
    }

    /// <summary>
    /// Decides a rollout no longer because an event of its can't be read, which the outbox finds while it runs. What it was to
    /// tell its agents ends there, so they go back to stable; its application is free for another rollout.
    /// </summary>
    /// <returns>Null where the rollout isn't active here.</returns>
    public LostRollout? Stop(JournalCorruptException corrupt) =>
        RolloutStream.RolloutOf(corrupt.Stream) is { } rollout && _table.Free(rollout)
            ? new LostRollout(rollout, LossCause.Corrupt, corrupt.Message)
            : null;

    /// <summary>
    /// Archives rollouts that ended long enough ago and are published, and forgets archived ones, a portion of each: decisions
    /// wait as long as this takes. To be called now and then, and again while more is due.
    /// </summary>
    public Tidied TidyUp(DateTimeOffset now)
    {
        var archived = journal.Archive(_claim, now - Retention.ArchiveAfter, TidiedMax);
        var forgotten = journal.DropArchived(_claim, now - Retention.ForgetAfter, TidiedMax);
        return new Tidied(archived, forgotten, archived == TidiedMax || forgotten == TidiedMax);
    }

    /// <summary>How long the journal keeps what this supervisor ended.</summary>
    public Retention Retention => _options.Retention;

    private Turn Begin() => new(_table, journal, _claim, _options.AssumeAcks, _options.Impact());

    private List<LostRollout> Load()
    {
        var lost = new List<LostRollout>();
        foreach (var stream in journal.ReadOpen(_options.Partition))
        {
            if (RolloutStream.RolloutOf(stream.Stream) is not { } rollout)
                continue;
            try
            {
                var (state, version, snapshot) = RolloutStream.Load(stream, journal);
                if (_table.Supersede(state.Request!.App) is { } before)
                    lost.Add(new LostRollout(before, LossCause.Corrupt, SupersededBy(rollout)));
                _table.Put(new Tracked(rollout, _table.NextOrder++, state, version, snapshot));
            }
            catch (JournalCorruptException e)
            {
                lost.Add(new LostRollout(rollout, LossCause.Corrupt, e.Message));
            }
        }
        return lost;
    }

    /// <remarks>
    /// It had been stopped for an event that couldn't be read, which freed its application; now a snapshot behind that event, or
    /// another build, makes it readable again.
    /// </remarks>
    private static string SupersededBy(string rollout) =>
        $"it was stopped because of an event that couldn't be read, and its application has gone on with '{rollout}' since";

    private static void Handle(Turn turn, SupervisorInput input, int index)
    {
        switch (input)
        {
            case UpdateInput update:
                Update(turn, update, index);
                break;
            case AckInput { Ack: var ack }:
                Acknowledge(turn, ack, index);
                break;
            case SignalInput { Signal: var signal }:
                if (turn.Gather(signal) is { } signals)
                    Observe(turn, signal.App, signal.Time, signals, index);
                break;
        }
    }

    private static void Update(Turn turn, UpdateInput input, int index)
    {
        var (rollout, command) = (input.Update.Rollout, input.Update.Command);
        if (turn.Find(rollout) is not { } tracked)
        {
            turn.Refuse(index, rollout, "the rollout belongs to another process");
            return;
        }
        if (tracked.State.Phase == RolloutPhase.None && input.TooOld is { } tooOld)
        {
            turn.Refuse(index, rollout, tooOld);
            return;
        }
        if (command is RequestRollout request && tracked.State.Phase == RolloutPhase.None)
        {
            GiveWay(turn, request, index);
            command = request with { Running = turn.RunningOf(request.Request.App) };
        }
        turn.SeeTime(command.Time);
        turn.Decide(tracked, command, index);
    }

    /// <summary>A rollout that is only watched ends for the next one of its application, if that can begin.</summary>
    private static void GiveWay(Turn turn, RequestRollout request, int index)
    {
        if (
            request.Request.Problem() is null
            && turn.RunningOf(request.Request.App) is { } running
            && turn.Active(running) is { } watched
        )
            turn.Decide(watched, new SupersedeWatch(request.Time, request.Request.Rollout), index);
    }

    /// <summary>An agent's clock can be wrong: its time counts between the command's and the newest time seen.</summary>
    private static void Acknowledge(Turn turn, Acknowledgement ack, int index)
    {
        if (turn.Active(ack.Rollout) is not { } tracked)
        {
            // The second answer to a command that was sent twice may come when all is over.
            if (turn.Find(ack.Rollout)?.State.IsAnswered(ack.Id) == true)
                return;
            turn.Refuse(index, ack.Rollout, $"'{ack.Id}' waits for no acknowledgement: its rollout isn't active here");
            return;
        }
        var time = ack.Time < turn.Clock ? ack.Time : turn.Clock ?? ack.Time;
        var issued = tracked.State.Pending.FirstOrDefault(p => p.Command.Id == ack.Id)?.Command.Time;
        turn.Decide(tracked, new ReceiveAck(time < issued ? issued.Value : time, ack), index);
    }

    /// <summary>
    /// Deadlines of the rollout from before the bucket's end come first, whenever the host lets time pass: what is
    /// decided follows from the log alone.
    /// </summary>
    private static void Observe(Turn turn, string app, DateTimeOffset time, IReadOnlyList<Signal> signals, int index)
    {
        turn.SeeTime(time);
        if (turn.RunningOf(app) is not { } rollout || turn.Active(rollout) is not { } tracked)
            return;
        if (time <= tracked.ObservedUntil)
            return;
        while (tracked.Due is { } due && due < time)
            tracked = turn.Decide(tracked, new PassTime(due, tracked.ObservedUntil, tracked.Observed), index);
        if (!tracked.State.IsActive)
            return;
        tracked = turn.Decide(tracked, new ObserveBucket(time, signals, tracked.ObservedUntil), index);
        turn.Observed(tracked, time, signals);
    }

    private static DateTimeOffset ToMilliseconds(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
