using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Engine.Snapshots;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

/// <summary>What an analyzer's lane begins with.</summary>
/// <param name="State">New, or restored from <paramref name="Snapshot"/>.</param>
/// <param name="Snapshot">Null where the lane is rebuilt from the log.</param>
internal sealed record AnalyzerStart(int Partition, LaneState State, LaneSnapshot? Snapshot, LaneProgress Progress);

/// <summary>
/// A partition of the analyzer on tasks and queues. It begins by reading what is published of it, and says nothing twice.
/// </summary>
internal sealed class AnalyzerLane : ILaneWork
{
    private readonly ChannelHost _host = new();
    private readonly RecordProducer _producer;
    private readonly SignalPublisher _publisher;
    private readonly PublishedSignals _published = new();
    private readonly AnalyzerStart _start;
    private readonly KafkaSettings _kafka;
    private readonly StreamSettings _settings;
    private readonly LaneSnapshots _snapshots;
    private readonly TimeProvider _time;
    private readonly LaneDiagnostics _diagnostics;
    private readonly ILogger _logger;
    private long _capturedAt;
    private Delivery? _last;

    public AnalyzerLane(
        AnalyzerStart start,
        KafkaSettings kafka,
        StreamSettings settings,
        LaneFactory factory,
        LaneSnapshots snapshots,
        TimeProvider time,
        LaneDiagnostics diagnostics,
        ILogger logger
    )
    {
        (_start, _kafka, _settings, _snapshots, _time) = (start, kafka, settings, snapshots, time);
        (_diagnostics, _logger) = (diagnostics, logger);
        _producer = new RecordProducer(kafka, logger: logger);
        _publisher = new SignalPublisher(_producer, Save, diagnostics);
        _capturedAt = time.GetTimestamp();
        var stages = factory.Create(start.State, start.Partition, _published.IsNew, start.Progress.IsNew);
        CanaryGraph.ComposeLane(_host, stages, _publisher.PublishAsync);
    }

    public TimeSpan TickEvery => _settings.AllowedLateness / 4;

    public async Task RunAsync(CancellationToken stop)
    {
        _diagnostics.Starts("reads what is published of its partition", stop);
        _publisher.PublishedEnd = PartitionTail.Read(
            _kafka,
            new TopicPartition(Topics.Signals, _start.Partition),
            _start.Snapshot?.PublishedEnd,
            _time.GetUtcNow() - _settings.Rewind,
            Recall,
            _logger,
            stop
        );
        _diagnostics.Ready();
        await _host.RunAsync(stop);
    }

    public bool TryOffer(Delivery delivery)
    {
        var isDue = _snapshots.IsDue(_time.GetElapsedTime(_capturedAt));
        var input = new LaneInput(delivery.Records, delivery.ClockMs, delivery.IsCaughtUp, delivery.Owner)
        {
            CaptureAt = isDue ? delivery.Positions : null,
        };
        if (!_host.TryOffer(CanaryGraph.Inputs, input))
            return false;
        _last = delivery with { Records = [], Owner = null };
        if (isDue)
            _capturedAt = _time.GetTimestamp();
        return true;
    }

    /// <summary>The successor begins where this one ends: its state goes along.</summary>
    public void Complete()
    {
        if (_last is { } last && _snapshots.AreKept)
        {
            // Without records and at the same time it changes nothing. Where there is no room for it the last snapshot stands.
            var capture = new LaneInput([], last.ClockMs, ClockCloses: false) { CaptureAt = last.Positions };
            _host.TryOffer(CanaryGraph.Inputs, capture);
        }
        _host.Complete();
    }

    public IReadOnlyCollection<PartitionOffset> TakeDone() =>
        [.. _publisher.TakeDone().Where(_start.Progress.IsBeyondCommitted)];

    public void Dispose() => _producer.Dispose();

    private void Recall(ReadOnlyMemory<byte> value)
    {
        if (SignalCodec.Decode(value.Span, out _) is { } signal)
            _published.Add(signal);
    }

    private void Save(CapturedState captured, long publishedEnd)
    {
        var began = _time.GetTimestamp();
        _snapshots.Save(_start.Partition, new LaneSnapshot(captured.Positions, publishedEnd, captured.State));
        _diagnostics.SnapshotWritten(captured.State.Length, _time.GetElapsedTime(began));
    }
}
