using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// A partition of the analyzer on tasks and queues. It begins by reading what is published of it, and says nothing twice.
/// </summary>
internal sealed class AnalyzerLane : ILaneWork
{
    private readonly ChannelHost _host = new();
    private readonly RecordProducer _producer;
    private readonly PartitionAnalysis _analysis;
    private readonly AnalyzerStart _start;
    private readonly KafkaSettings _kafka;
    private readonly StreamSettings _settings;
    private readonly TimeProvider _time;
    private readonly LaneDiagnostics _diagnostics;
    private readonly ILogger _logger;

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
        (_start, _kafka, _settings, _time) = (start, kafka, settings, time);
        (_diagnostics, _logger) = (diagnostics, logger);
        _producer = new RecordProducer(kafka, logger: logger);
        _analysis = new PartitionAnalysis(start, _producer, snapshots, time, diagnostics);
        _analysis.Compose(_host, factory);
    }

    public TimeSpan TickEvery => _settings.AllowedLateness / 4;

    public async Task RunAsync(CancellationToken stop)
    {
        _diagnostics.Starts("reads what is published of its partition", stop);
        _analysis.PublishedEnd = PartitionTail.Read(
            _kafka,
            new TopicPartition(Topics.Signals, _start.Partition),
            _start.Snapshot?.PublishedEnd,
            _time.GetUtcNow() - _settings.Rewind,
            _analysis.Recall,
            _logger,
            stop
        );
        _diagnostics.Ready();
        await _host.RunAsync(stop);
    }

    public bool TryOffer(Delivery delivery) => _analysis.TryOffer(delivery, Offer);

    public void Complete()
    {
        _analysis.Complete(Offer);
        _host.Complete();
    }

    public IReadOnlyCollection<PartitionOffset> TakeDone() => _analysis.TakeDone();

    public void Dispose() => _producer.Dispose();

    private bool Offer(LaneInput input) => _host.TryOffer(CanaryGraph.Inputs, input);
}
