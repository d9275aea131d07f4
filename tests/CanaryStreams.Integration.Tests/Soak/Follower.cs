using Confluent.Kafka;

namespace CanaryStreams.Integration.Tests.Soak;

/// <summary>Reads a topic from its beginning and goes on, through every absence of the broker, on a thread of its own.</summary>
internal sealed class Follower : IAsyncDisposable
{
    private static readonly TimeSpan PollFor = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly string _bootstrap;
    private readonly string _topic;
    private readonly Action<Found> _onRecord;

    public Follower(string bootstrap, string topic, Action<Found> onRecord)
    {
        (_bootstrap, _topic, _onRecord) = (bootstrap, topic, onRecord);
        Running = Task.Factory.StartNew(
            Run,
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
    }

    /// <summary>Faulted where reading or what is told failed.</summary>
    public Task Running { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private void Run()
    {
        using var consumer = Outside.Consumer(_bootstrap);
        consumer.Assign(
            Outside.Partitions(_bootstrap, _topic).Select(one => new TopicPartitionOffset(one, Offset.Beginning))
        );
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (consumer.Consume(PollFor) is { } result)
                    _onRecord(Outside.Of(result));
            }
            catch (ConsumeException error) when (!error.Error.IsFatal)
            {
                // The broker is away; the client goes on where it was.
            }
        }
        consumer.Close();
    }
}
