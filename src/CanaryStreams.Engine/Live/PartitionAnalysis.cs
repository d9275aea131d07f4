using System.Security.Cryptography;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Signals;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// One partition of the analyzer, whoever hosts it: what is published of it is recalled first, its state is captured now and
/// then behind a batch, and at its end for whoever goes on.
/// </summary>
/// <remarks>Gets its input on one thread, gives signals on another, and saves snapshots wherever <see cref="LaneSnapshots.Runs"/> says.</remarks>
internal sealed class PartitionAnalysis
{
    private readonly AnalyzerStart _start;
    private readonly SignalPublisher _publisher;
    private readonly PublishedSignals _published;
    private readonly LaneSnapshots _snapshots;
    private readonly TimeProvider _time;
    private readonly LaneDiagnostics _diagnostics;
    private readonly ReadPublished _read;
    private readonly SnapshotTurns.Turn _turn;
    private long _capturedAt;
    private bool _hasCaptured;
    private Delivery? _last;
    private Saved? _saved;
    private Task _saving = Task.CompletedTask;

    /// <summary>Reads what is published of the lane up to its end, which it gives.</summary>
    /// <param name="from">The first offset wanted; null: what is needed by a lane that is rebuilt from the log.</param>
    /// <param name="take">Gets each record's value, in order, valid during the call only.</param>
    /// <exception cref="BrokerException">It can't be read now.</exception>
    public delegate long ReadPublished(long? from, Action<ReadOnlyMemory<byte>> take, CancellationToken stop);

    public PartitionAnalysis(
        AnalyzerStart start,
        IRecordSender sender,
        ReadPublished read,
        LaneSnapshots snapshots,
        TimeProvider time,
        LaneDiagnostics diagnostics
    )
    {
        (_start, _snapshots, _time, _diagnostics, _read) = (start, snapshots, time, diagnostics, read);
        _turn = snapshots.Turns.Join();
        _published = start.Snapshot?.Published ?? new PublishedSignals();
        _publisher = new SignalPublisher(sender, Save, ReadOn, diagnostics);
        _capturedAt = time.GetTimestamp();
    }

    /// <summary>Recalls what is published of the lane: before anything comes in.</summary>
    public void Recall(CancellationToken stop) =>
        _publisher.PublishedEnd = _read(_start.Snapshot?.PublishedEnd, Take, stop);

    /// <summary>Builds the partition's graph on a host.</summary>
    public void Compose(IStreamHost host, LaneFactory factory) =>
        Compose(host, factory.Create(_start.State, _start.Partition, _published.IsNew, _start.Progress.IsNew));

    /// <param name="offer">False where there is no room.</param>
    public bool TryOffer(Delivery delivery, Func<LaneInput, bool> offer)
    {
        var isDue = _snapshots.IsDue(_time.GetElapsedTime(_capturedAt), isFirst: !_hasCaptured) && _turn.TryTake(_time);
        var input = new LaneInput(delivery.Records, delivery.ClockMs, delivery.IsCaughtUp, delivery.Owner)
        {
            CaptureAt = isDue ? delivery.Positions : null,
        };
        if (!offer(input))
        {
            if (isDue)
                _turn.GiveBack();
            return false;
        }
        _last = delivery with { Records = [], Owner = null };
        if (isDue)
            (_capturedAt, _hasCaptured) = (_time.GetTimestamp(), true);
        return true;
    }

    /// <summary>To be waited for before <see cref="Complete"/> where several lanes come to their end at once.</summary>
    public Task TakeTurnAsync(CancellationToken stop) =>
        _snapshots.AreKept ? _turn.TakeAsync(stop) : Task.CompletedTask;

    /// <summary>The successor begins where this one ends: its state goes along.</summary>
    public void Complete(Func<LaneInput, bool> offer)
    {
        if (_last is not { } last || !_snapshots.AreKept)
            return;
        // Without records and at the same time it changes nothing. Where there is no room for it the last snapshot stands.
        offer(new LaneInput([], last.ClockMs, ClockCloses: false) { CaptureAt = last.Positions });
    }

    /// <summary>Nothing runs any more: waits for a snapshot that is being saved, so that nobody saves the same lane's meanwhile.</summary>
    public async Task EndAsync()
    {
        try
        {
            await _saving;
        }
        finally
        {
            _turn.Leave();
        }
    }

    public IReadOnlyCollection<PartitionOffset> TakeDone() =>
        [.. _publisher.TakeDone().Where(_start.Progress.IsBeyondCommitted)];

    /// <summary>Builds the graph of other stages that keep the same promises.</summary>
    internal void Compose(IStreamHost host, LaneStages stages) =>
        CanaryGraph.ComposeLane(host, stages, _publisher.PublishAsync);

    internal bool IsNew(Signal signal) => _published.IsNew(signal);

    private void Take(ReadOnlyMemory<byte> value)
    {
        if (SignalCodec.Decode(value.Span, out _) is { } signal)
            _published.Add(signal);
    }

    private long ReadOn(long from, CancellationToken stop)
    {
        try
        {
            return _read(from, Take, stop);
        }
        catch (BrokerException error)
        {
            _diagnostics.PublishedNotRead(error.Message);
            return from;
        }
    }

    private void Save(CapturedState captured, long publishedEnd) =>
        _saving = _snapshots.Runs(() =>
        {
            try
            {
                using (captured.State)
                    SaveNow(captured, publishedEnd);
            }
            finally
            {
                _turn.Return();
            }
        });

    private void SaveNow(CapturedState captured, long publishedEnd)
    {
        var saved = new Saved(captured.Positions, publishedEnd, HashOfUnchanged(captured, publishedEnd));
        if (saved.Hash is { } hash && _saved?.Hash is { } before && hash.AsSpan().SequenceEqual(before))
            return;
        var began = _time.GetTimestamp();
        var snapshot = new LaneSnapshot(captured.Positions, publishedEnd, _published, captured.State.Memory);
        _saved = _snapshots.Save(_start.Partition, snapshot) ? saved : null;
        _diagnostics.SnapshotWritten(captured.State.Length, _time.GetElapsedTime(began));
    }

    /// <summary>Null where something came in or went out since the last one: then the state is another in any case.</summary>
    private byte[]? HashOfUnchanged(CapturedState captured, long publishedEnd) =>
        _saved is { } last && last.PublishedEnd == publishedEnd && AreSame(last.Positions, captured.Positions)
            ? SHA256.HashData(captured.State.Span)
            : null;

    private static bool AreSame(IReadOnlyDictionary<string, long> one, IReadOnlyDictionary<string, long> other) =>
        one.Count == other.Count && one.All(entry => other.TryGetValue(entry.Key, out var at) && at == entry.Value);

    /// <param name="Hash">Of the state; null where the one before stood elsewhere.</param>
    private sealed record Saved(IReadOnlyDictionary<string, long> Positions, long PublishedEnd, byte[]? Hash);
}
