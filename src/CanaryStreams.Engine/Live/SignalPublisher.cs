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
        if (batch.Records.Count > 0)
            await SendAsync(batch.Records, stop);
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

    private async Task SendAsync(IReadOnlyList<OutputRecord> records, CancellationToken stop)
    {
        try
        {
            await _producer.SendAsync(records, stop);
        }
        catch (RecordTooLargeException)
        {
            // Only rejected bytes can be that large. The others go again (their readers know them), these without bytes.
            foreach (var record in records)
                await SendAsync(record, stop);
        }
    }

    private async Task SendAsync(OutputRecord record, CancellationToken stop)
    {
        try
        {
            await _producer.SendAsync(record, stop);
        }
        catch (RecordTooLargeException)
        {
            await _producer.SendAsync(RejectRecord.WithoutBytes(record), stop);
        }
    }

    private long LoadThrough(string app) =>
        journal.ReadCheckpoint(KeyPrefix + app) is { } saved ? BitConverter.ToInt64(saved) : long.MinValue;
}
