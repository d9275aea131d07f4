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
    /// <summary>Less than half of what all lanes of a role have to hand over.</summary>
    private static readonly TimeSpan s_turnWithin = TimeSpan.FromSeconds(2);

    private readonly ChannelHost _host = new();
    private readonly RecordProducer _producer;
    private readonly PartitionAnalysis _analysis;
    private readonly AnalyzerStart _start;
    private readonly KafkaSettings _kafka;
    private readonly StreamSettings _settings;
    private readonly TimeProvider _time;
    private readonly LaneDiagnostics _diagnostics;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _ended = new();

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
        _analysis = new PartitionAnalysis(start, _producer, ReadPublished, snapshots, time, diagnostics);
        _analysis.Compose(_host, factory);
    }

    public TimeSpan TickEvery => _settings.AllowedLateness / 4;

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            _diagnostics.Starts("reads what is published of its partition", stop);
            _analysis.Recall(stop);
            _diagnostics.Ready();
            await _host.RunAsync(stop);
        }
        finally
        {
            await _ended.CancelAsync();
            await _analysis.EndAsync();
        }
    }

    public bool TryOffer(Delivery delivery) => _analysis.TryOffer(delivery, Offer);

    public void Complete() => _ = CompleteAsync();

    public IReadOnlyCollection<PartitionOffset> TakeDone() => _analysis.TakeDone();

    public void Dispose()
    {
        _producer.Dispose();
        _ended.Dispose();
    }

    /// <summary>
    /// One lane after the other, so that a process that ends doesn't hold the states of all of them twice; but in time, since a
    /// lane that waits too long is handed over without its state.
    /// </summary>
    private async Task CompleteAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
        patience.CancelAfter(s_turnWithin);
        try
        {
            await _analysis.TakeTurnAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            if (_ended.IsCancellationRequested)
                return;
        }
        _analysis.Complete(Offer);
        _host.Complete();
    }

    private long ReadPublished(long? from, Action<ReadOnlyMemory<byte>> take, CancellationToken stop) =>
        PartitionTail.Read(
            _kafka,
            new TopicPartition(Topics.Signals, _start.Partition),
            from,
            _time.GetUtcNow() - _settings.Rewind,
            take,
            _logger,
            stop
        );

    private bool Offer(LaneInput input) => _host.TryOffer(CanaryGraph.Inputs, input);
}
