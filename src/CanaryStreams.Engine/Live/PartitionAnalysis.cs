using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Signals;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// One partition of the analyzer, whoever hosts it: what is published of it is recalled first, its state is captured now and
/// then behind a batch, and at its end for whoever goes on.
/// </summary>
internal sealed class PartitionAnalysis
{
    private readonly AnalyzerStart _start;
    private readonly SignalPublisher _publisher;
    private readonly PublishedSignals _published;
    private readonly LaneSnapshots _snapshots;
    private readonly TimeProvider _time;
    private readonly LaneDiagnostics _diagnostics;
    private long _capturedAt;
    private Delivery? _last;

    public PartitionAnalysis(
        AnalyzerStart start,
        IRecordSender sender,
        LaneSnapshots snapshots,
        TimeProvider time,
        LaneDiagnostics diagnostics
    )
    {
        (_start, _snapshots, _time, _diagnostics) = (start, snapshots, time, diagnostics);
        _published = start.Snapshot?.Published ?? new PublishedSignals();
        _publisher = new SignalPublisher(sender, Save, diagnostics);
        _capturedAt = time.GetTimestamp();
    }

    /// <summary>Offset behind the newest signal of the partition; to be set when all are recalled, before anything comes in.</summary>
    public long PublishedEnd
    {
        set => _publisher.PublishedEnd = value;
    }

    /// <summary>Builds the partition's graph on a host.</summary>
    public void Compose(IStreamHost host, LaneFactory factory) =>
        Compose(host, factory.Create(_start.State, _start.Partition, _published.IsNew, _start.Progress.IsNew));

    /// <summary>A record's value of <c>canary.signals</c>, in the order of the topic.</summary>
    public void Recall(ReadOnlyMemory<byte> value)
    {
        if (SignalCodec.Decode(value.Span, out _) is { } signal)
            _published.Add(signal);
    }

    /// <param name="offer">False where there is no room.</param>
    public bool TryOffer(Delivery delivery, Func<LaneInput, bool> offer)
    {
        var isDue = _snapshots.IsDue(_time.GetElapsedTime(_capturedAt));
        var input = new LaneInput(delivery.Records, delivery.ClockMs, delivery.IsCaughtUp, delivery.Owner)
        {
            CaptureAt = isDue ? delivery.Positions : null,
        };
        if (!offer(input))
            return false;
        _last = delivery with { Records = [], Owner = null };
        if (isDue)
            _capturedAt = _time.GetTimestamp();
        return true;
    }

    /// <summary>The successor begins where this one ends: its state goes along.</summary>
    public void Complete(Func<LaneInput, bool> offer)
    {
        if (_last is not { } last || !_snapshots.AreKept)
            return;
        // Without records and at the same time it changes nothing. Where there is no room for it the last snapshot stands.
        offer(new LaneInput([], last.ClockMs, ClockCloses: false) { CaptureAt = last.Positions });
    }

    public IReadOnlyCollection<PartitionOffset> TakeDone() =>
        [.. _publisher.TakeDone().Where(_start.Progress.IsBeyondCommitted)];

    /// <summary>Builds the graph of other stages that keep the same promises.</summary>
    internal void Compose(IStreamHost host, LaneStages stages) =>
        CanaryGraph.ComposeLane(host, stages, _publisher.PublishAsync);

    internal bool IsNew(Signal signal) => _published.IsNew(signal);

    private void Save(CapturedState captured, long publishedEnd)
    {
        var began = _time.GetTimestamp();
        _snapshots.Save(
            _start.Partition,
            new LaneSnapshot(captured.Positions, publishedEnd, _published, captured.State)
        );
        _diagnostics.SnapshotWritten(captured.State.Length, _time.GetElapsedTime(began));
    }
}
