using System.Collections.Concurrent;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// The end of a lane: sends its signals and rejects, then remembers up to which bucket each application's signals are out
/// (in the journal's checkpoints, so that a lane rebuilt from the log publishes nothing twice), then reports the
/// records behind them as done.
/// </summary>
internal sealed class SignalPublisher(
    KafkaSettings kafka,
    SignalCheckpoints checkpoints,
    ConcurrentQueue<PartitionOffset> done,
    ILogger logger
) : IAsyncDisposable
{
    private readonly RecordProducer _producer = new(kafka, logger: logger);

    public bool IsNew(Signal signal) => checkpoints.IsNew(signal);

    public async ValueTask PublishAsync(EncodedBatch batch, CancellationToken stop)
    {
        await _producer.SendAsync([.. batch.Records.Where(record => record.Topic != Topics.Rejects)], stop);
        await Rejects.SendAsync(_producer, batch.Records.Where(record => record.Topic == Topics.Rejects), stop);
        checkpoints.Save(batch.Signals);
        foreach (var offset in Offsets.After(batch.Input.Records))
            done.Enqueue(offset);
        batch.Input.Owner?.Dispose();
    }

    public ValueTask DisposeAsync() => _producer.DisposeAsync();
}
