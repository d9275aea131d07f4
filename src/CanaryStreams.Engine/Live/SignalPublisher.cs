using System.Collections.Concurrent;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Journal;
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
    IJournal journal,
    ConcurrentQueue<PartitionOffset> done,
    ILogger logger
) : IAsyncDisposable
{
    private const string KeyPrefix = "signals/";

    private readonly RecordProducer _producer = new(kafka, logger: logger);
    private readonly ConcurrentDictionary<string, long> _throughMs = [];

    public bool IsNew(Signal signal) =>
        signal.Time.ToUnixTimeMilliseconds() > _throughMs.GetOrAdd(signal.App, LoadThrough);

    public async ValueTask PublishAsync(EncodedBatch batch, CancellationToken stop)
    {
        await _producer.SendAsync([.. batch.Records.Where(record => record.Topic != Topics.Rejects)], stop);
        await Rejects.SendAsync(_producer, batch.Records.Where(record => record.Topic == Topics.Rejects), stop);
        foreach (var app in batch.Signals.GroupBy(signal => signal.App))
        {
            var throughMs = app.Max(signal => signal.Time.ToUnixTimeMilliseconds());
            _throughMs[app.Key] = throughMs;
            journal.WriteCheckpoint(KeyPrefix + app.Key, BitConverter.GetBytes(throughMs));
        }
        foreach (var offset in Offsets.After(batch.Input.Records))
            done.Enqueue(offset);
        batch.Input.Owner?.Dispose();
    }

    public ValueTask DisposeAsync() => _producer.DisposeAsync();

    private long LoadThrough(string app) =>
        journal.ReadCheckpoint(KeyPrefix + app) is { } saved ? BitConverter.ToInt64(saved) : long.MinValue;
}
