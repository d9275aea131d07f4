using CanaryStreams.Core.Lanes;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Live;

/// <summary>One partition's lane as it runs: its topics joined, and the graph on its queues.</summary>
internal sealed class LiveLane
{
    private readonly ChannelHost _host = new();
    private readonly CancellationTokenSource _stop;
    private readonly Task _running;
    private readonly LaneProgress _progress;
    private LaneInput? _refused;

    public LiveLane(
        int partition,
        LaneFactory factory,
        LaneProgress progress,
        MergedTopics topics,
        SignalPublisher publisher,
        CancellationToken stop
    )
    {
        Partition = partition;
        Topics = topics;
        _progress = progress;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var stages = factory.Create(partition, publisher.IsNew, progress.IsNew);
        CanaryGraph.ComposeLane(_host, stages, publisher.PublishAsync);
        _running = RunAsync(publisher);
    }

    public int Partition { get; }

    public MergedTopics Topics { get; }

    /// <summary>When the lane was last told the time, Unix milliseconds.</summary>
    public long TickedMs { get; set; }

    public bool IsBeyondCommitted(PartitionOffset offset) => _progress.IsBeyondCommitted(offset);

    /// <summary>Moves records into the lane as far as there is room; true when nothing waits.</summary>
    public bool Fill(int recordsMax, Func<string, long?> endOf, long clockMs)
    {
        while (_refused is null)
        {
            var (records, finished) = Topics.Take(recordsMax, endOf);
            if (records.Count == 0)
                return Topics.IsEmpty;
            Offer(new LaneInput(records, clockMs, ClockCloses: false, new Batches(finished)));
        }
        Offer(_refused);
        return false;
    }

    /// <summary>Gives an input, or keeps it for the next <see cref="Fill"/> where the lane is full.</summary>
    public void Offer(LaneInput input) => _refused = _host.TryOffer(CanaryGraph.Inputs, input) ? null : input;

    /// <summary>A failed lane is a bug or a broken broker: it ends the service, and a restart reads the log again.</summary>
    public void ThrowIfFailed()
    {
        if (_running.IsFaulted)
            throw new InvalidOperationException($"The lane of partition {Partition} failed.", _running.Exception);
    }

    /// <summary>
    /// Ends the lane. What it still holds is left to the garbage collector and not given back to a pool: a stage may be
    /// reading it.
    /// </summary>
    public void Stop() => _stop.Cancel();

    private async Task RunAsync(SignalPublisher publisher)
    {
        await using (publisher)
            await _host.RunAsync(_stop.Token);
    }
}
