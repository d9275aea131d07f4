using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// One partition's lane as it runs: the graph on its queues, and what did not fit into the first of them. While anything
/// waits the partition is to be paused; each topic's order is kept.
/// </summary>
internal sealed class LiveLane
{
    private readonly ChannelHost _host = new();
    private readonly CancellationTokenSource _stop;
    private readonly Task _running;
    private readonly LaneProgress _progress;
    private readonly Queue<LaneInput> _updates = new();
    private readonly Queue<LaneInput> _others = new();
    private bool _readsUpdatesFirst;

    public LiveLane(
        int partition,
        LaneFactory factory,
        LaneProgress progress,
        SignalPublisher publisher,
        CancellationToken stop
    )
    {
        Partition = partition;
        _progress = progress;
        _readsUpdatesFirst = progress.UpdatesUntil > 0;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var stages = factory.Create(partition, publisher.IsNew, progress.IsNew);
        CanaryGraph.ComposeLane(_host, stages, publisher.PublishAsync);
        _running = RunAsync(publisher);
    }

    public int Partition { get; }

    public bool HasWaiting => _updates.Count + _others.Count > 0;

    /// <summary>Whether the partition was paused for this lane.</summary>
    public bool IsPaused { get; set; }

    /// <summary>When the lane was last told the time, Unix milliseconds.</summary>
    public long TickedMs { get; set; }

    public bool IsBeyondCommitted(PartitionOffset offset) => _progress.IsBeyondCommitted(offset);

    public void Offer(string topic, long nextOffset, LaneInput input)
    {
        (topic == Topics.Updates ? _updates : _others).Enqueue(input);
        if (topic == Topics.Updates && nextOffset >= _progress.UpdatesUntil)
            _readsUpdatesFirst = false;
        Drain();
    }

    /// <summary>Moves what waits into the lane as far as there is room.</summary>
    public void Drain()
    {
        Drain(_updates);
        if (!_readsUpdatesFirst && _updates.Count == 0)
            Drain(_others);
    }

    /// <summary>A failed lane is a bug or a broken broker: it ends the service, and a restart reads the log again.</summary>
    public void ThrowIfFailed()
    {
        if (_running.IsFaulted)
            throw new InvalidOperationException($"The lane of partition {Partition} failed.", _running.Exception);
    }

    public void Stop()
    {
        _stop.Cancel();
        foreach (var input in _updates.Concat(_others))
            input.Owner?.Dispose();
    }

    private async Task RunAsync(SignalPublisher publisher)
    {
        await using (publisher)
            await _host.RunAsync(_stop.Token);
    }

    private void Drain(Queue<LaneInput> waiting)
    {
        while (waiting.TryPeek(out var next) && _host.TryOffer(CanaryGraph.Inputs, next))
            waiting.Dequeue();
    }
}
