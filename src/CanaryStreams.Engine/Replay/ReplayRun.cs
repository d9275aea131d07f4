using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Planning.Champions;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Engine.Supervision;

namespace CanaryStreams.Engine.Replay;

/// <summary>How recorded commands are acknowledged.</summary>
public enum ReplayAcks
{
    /// <summary>Recorded ones where the input holds any, assumed ones where not.</summary>
    Auto,

    /// <summary>Every command counts as applied at once.</summary>
    Assumed,

    /// <summary>By the input alone.</summary>
    Recorded,
}

/// <summary>
/// Runs the whole graph inline over recorded records: one lane, one supervisor, a journal in memory, and a clock made from
/// the records. What comes out depends on the input and the policy alone.
/// </summary>
public sealed class ReplayRun
{
    private readonly InlineHost _host = new();
    private readonly StreamSettings _settings;
    private readonly Outbox _outbox;
    private readonly Action<OutputRecord> _write;
    private readonly List<Signal> _signals = [];
    private readonly RecordedAcks? _acks;
    private readonly IFleet _fleet;
    private ModelRegistry _models = ModelRegistry.Empty;
    private long _published;

    /// <param name="detector">What the lane scores by.</param>
    /// <param name="fleet">What the fleet has taught before; learns from the records.</param>
    /// <param name="assumeAcks">Whether every command counts as acknowledged at once; recorded ones are passed over then.</param>
    /// <param name="encodesSignals">False where nobody wants the signals' records: they are half of the work.</param>
    /// <param name="write">Gets every record that the engine would have published, in order.</param>
    /// <param name="impact">Gives what rollouts are planned by; null: the champions that the records name, or the rule of thumb.</param>
    public ReplayRun(
        StreamSettings settings,
        IReadOnlyDictionary<string, Policy> policies,
        DetectorModel detector,
        IFleet fleet,
        bool assumeAcks,
        bool encodesSignals,
        Action<OutputRecord> write,
        Func<IImpact>? impact = null
    )
    {
        _settings = settings;
        _write = write;
        _fleet = fleet;
        _acks = assumeAcks ? null : new RecordedAcks();
        var journal = new MemoryJournal();
        var supervisor = new Supervisor(
            journal,
            new SupervisorOptions { AssumeAcks = assumeAcks, Impact = impact ?? (() => new ChampionImpact(_models)) }
        );
        supervisor.Recover(DateTimeOffset.UnixEpoch);
        _outbox = new Outbox(journal, 0);
        Rollouts = new RolloutReader(journal);
        var lane = new LaneFactory(settings, policies, detector, fleet).Create(
            null,
            _ => true,
            _ => true,
            encodesSignals
        );
        var decisions = new SupervisionStages(
            () => new ReadStage(new UpdateDecoder(policies), settings.MaxSkew),
            () => new DecideStage(supervisor)
        );
        CanaryGraph.ComposeLane(_host, lane, Take);
        CanaryGraph.ComposeSupervision(_host, decisions, Publish);
    }

    /// <summary>What has been decided so far, to be explained.</summary>
    public RolloutReader Rollouts { get; }

    /// <summary>Replays all records; each with its line number as offset.</summary>
    public async Task RunAsync(IEnumerable<RawRecord> records, CancellationToken stop)
    {
        var batch = new List<RawRecord>();
        var (clockMs, newestMs) = (long.MinValue, long.MinValue);
        foreach (var (record, shownMs) in ReplayClock.Stamp(records.Where(IsReplayed), TimeOf))
        {
            if (shownMs != clockMs && batch.Count > 0)
            {
                await PushAsync(batch, clockMs, stop);
                batch = [];
            }
            clockMs = shownMs;
            batch.Add(record);
            newestMs = Math.Max(newestMs, shownMs);
        }
        if (batch.Count > 0)
            await PushAsync(batch, clockMs, stop);
        if (newestMs != long.MinValue)
            await PushAsync([], newestMs + CloseLastMs, stop);
        if (_acks?.TakeRest() is { Count: > 0 } unasked)
            await DecideAsync(unasked, [], newestMs + CloseLastMs, stop);
    }

    /// <summary>After the last record the clock goes on for as long as it takes to close the last bucket.</summary>
    private long CloseLastMs =>
        (long)(_settings.Bucket + _settings.AllowedLateness + _settings.IdleAfter).TotalMilliseconds;

    /// <summary>
    /// Gives the engine the next records, for whoever makes them as it goes along; what it says to them has been written when
    /// this returns. Acknowledgements need not be recorded: those of commands that were given count.
    /// </summary>
    /// <param name="batch">In the order of their partition; may be none, when only time passes.</param>
    /// <param name="clockMs">Unix milliseconds; never before the one of the call before.</param>
    public async Task PushAsync(IReadOnlyList<RawRecord> batch, long clockMs, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        _signals.Clear();
        await _host.Inlet<LaneInput>(CanaryGraph.Inputs).PushAsync(new LaneInput(batch, clockMs, true), stop);
        await DecideAsync([.. batch.SelectMany(Decisive)], [.. _signals], clockMs, stop);
        while (_acks?.TakeDue() is { Count: > 0 } due)
            await DecideAsync(due, [], clockMs, stop);
        foreach (var record in batch.Where(IsForNobody))
            _write(RejectRecord.Of(ReadStage.RejectOf(record, WhyForNobody(record))));
    }

    private ValueTask DecideAsync(
        IReadOnlyList<RawRecord> records,
        IReadOnlyList<Signal> signals,
        long clockMs,
        CancellationToken stop
    ) =>
        _host
            .Inlet<SupervisionInput>(CanaryGraph.Decisions)
            .PushAsync(new SupervisionInput(records, signals, clockMs, ClockDecides: true), stop);

    private IEnumerable<RawRecord> Decisive(RawRecord record) =>
        record.Topic switch
        {
            Topics.Updates => [record],
            Topics.Acks when _acks is not null => _acks.Take(record),
            _ => [],
        };

    private ValueTask Take(EncodedBatch batch, CancellationToken stop)
    {
        _signals.AddRange(batch.Signals);
        foreach (var record in batch.Records)
            _write(record);
        return ValueTask.CompletedTask;
    }

    private ValueTask Publish(DecidedBatch batch, CancellationToken stop)
    {
        foreach (var reject in batch.Rejects)
            _write(RejectRecord.Of(reject));
        while (_outbox.Read(_published, int.MaxValue) is { Records.Count: > 0 } due)
        {
            foreach (var record in due.Records)
            {
                _write(record);
                if (record.Topic == Topics.Control)
                    _acks?.Given(record);
            }
            _published = due.UpTo;
        }
        return ValueTask.CompletedTask;
    }

    private static long? TimeOf(RawRecord record) => record.TimestampMs > 0 ? record.TimestampMs : null;

    private bool IsReplayed(RawRecord record) =>
        record.Topic is Topics.Fleet or Topics.Models ? !TakeUp(record) : !IsOwnOutput(record);

    /// <summary>
    /// What rollouts of before the recording taught, and which model planned from when on, so that a replay can know what was known
    /// then. It has to stand before the rollouts that it is for, and isn't written again.
    /// </summary>
    /// <returns>False for what can't be read.</returns>
    private bool TakeUp(RawRecord record)
    {
        try
        {
            if (record.Topic == Topics.Fleet)
                _fleet.Learn(ExperienceJson.Decode(record.Value));
            else
                _models = ModelRecord.Read(_models, record.Value);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>In a recording of all topics: it is made anew, and doesn't even move the clock.</summary>
    private static bool IsOwnOutput(RawRecord record) =>
        record.Topic is Topics.Signals or Topics.Control or Topics.Events or Topics.Outcomes or Topics.Rejects;

    private static bool IsForNobody(RawRecord record) =>
        record.Topic is not (Topics.Telemetry or Topics.Transactions or Topics.Updates or Topics.Acks);

    private static string WhyForNobody(RawRecord record) =>
        record.Topic == ReplayInput.Unreadable ? $"line {record.Offset} is not an object with a topic and a value"
        : record.Topic == Topics.Fleet
            ? $"line {record.Offset} is no experience of a rollout that this program can read"
        : record.Topic == Topics.Models ? $"line {record.Offset} is nothing of models that this program can read"
        : $"line {record.Offset} is for the topic '{record.Topic}', which nobody reads";
}
