using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Live;

/// <summary>One partition of a role as it runs: its topics joined, and the work that they are delivered to.</summary>
internal sealed class PartitionLane : IDisposable
{
    /// <summary>Often enough for a gauge, and not in every turn of the loop.</summary>
    private static readonly TimeSpan MeasureEvery = TimeSpan.FromSeconds(1);

    private readonly ILaneWork _work;
    private readonly LaneDiagnostics _diagnostics;
    private readonly CancellationTokenSource _stop = new();
    private readonly LaneFeed _feed;
    private long _measuredMs;

    public PartitionLane(int partition, MergedTopics topics, LaneStart start)
    {
        Partition = partition;
        Topics = topics;
        (_work, _diagnostics) = (start.Work, start.Diagnostics);
        _feed = new LaneFeed(topics, start.Work);
        Running = Task.Run(RunAsync);
    }

    public int Partition { get; }

    public MergedTopics Topics { get; }

    /// <summary>Ends when the work does; faulted where it failed.</summary>
    public Task Running { get; }

    /// <summary>Delivers as far as there is room, then the time where nothing waits.</summary>
    public void Advance(PartitionConsumer consumer, int recordsMax, long nowMs)
    {
        _feed.Advance(EndOf, recordsMax, nowMs);
        Measure(EndOf, nowMs);

        long? EndOf(string topic) => consumer.KnownEnd(new TopicPartition(topic, Partition));
    }

    public IReadOnlyCollection<PartitionOffset> TakeDone() => _work.TakeDone();

    /// <summary>
    /// Lets nothing more in. To be waited for by <see cref="Running"/>, then ended by <see cref="Dispose"/>, so that all lanes of
    /// a role come to their end side by side.
    /// </summary>
    public void Complete() => _work.Complete();

    /// <summary>
    /// Ends at once. What it still holds is left to the garbage collector and not given back to a pool: a stage may be
    /// reading it.
    /// </summary>
    public void Dispose()
    {
        _stop.Cancel();
        _ = Running.ContinueWith(_ => _stop.Dispose(), TaskScheduler.Default);
    }

    private async Task RunAsync()
    {
        using (_work)
        using (_diagnostics)
            await _work.RunAsync(_stop.Token);
    }

    private void Measure(Func<string, long?> endOf, long nowMs)
    {
        if (nowMs - _measuredMs < MeasureEvery.TotalMilliseconds)
            return;
        _measuredMs = nowMs;
        foreach (var (topic, position) in Topics.Positions)
            _diagnostics.Lag(topic, Math.Max(0, (endOf(topic) ?? position) - position));
    }
}
