using System.Collections.Concurrent;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// The analyzer role: reads the partitions that it owns of telemetry, transactions and updates, a lane for each, and
/// publishes their signals. A lane's state comes from the log: on assignment telemetry is read again from
/// <see cref="StreamSettings.Rewind"/> ago, updates from their beginning, and what was published before is not published again.
/// </summary>
public sealed class AnalyzerService(
    KafkaSettings kafka,
    StreamSettings settings,
    LaneFactory factory,
    IJournal journal,
    PartitionerAudit audit,
    TimeProvider time,
    ILogger<AnalyzerService> logger
)
{
    private const int PollRecordsMax = 5_000;
    private static readonly TimeSpan PollFor = TimeSpan.FromMilliseconds(20);

    /// <summary>The first one leads: the group hands out its partitions, and the others' come along.</summary>
    private static readonly string[] Read = [Topics.Updates, Topics.Telemetry, Topics.Transactions];

    private readonly Dictionary<int, LiveLane> _lanes = [];
    private readonly Pauses _pauses = new(Read);
    private readonly ConcurrentQueue<PartitionOffset> _done = new();
    private readonly SignalCheckpoints _checkpoints = new(journal);

    /// <summary>Runs until stopped; throws when a lane or its publisher fails.</summary>
    public Task RunAsync(CancellationToken stop) =>
        Task.Factory.StartNew(() => Run(stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken stop)
    {
        PartitionConsumer? member = null;
        var callbacks = new ConsumerCallbacks
        {
            Assigned = partitions => OnAssigned(member!, partitions, stop),
            Revoked = OnGone,
            Lost = OnGone,
        };
        using var consumer = member = new PartitionConsumer(
            kafka with
            {
                Group = kafka.Group + "-analyzer",
            },
            callbacks,
            logger: logger
        );
        consumer.Subscribe(Read);
        try
        {
            while (!stop.IsCancellationRequested)
                Step(consumer);
        }
        finally
        {
            foreach (var lane in _lanes.Values)
                lane.Stop();
        }
    }

    private void Step(PartitionConsumer consumer)
    {
        foreach (var batch in consumer.Poll(PollFor, PollRecordsMax))
        {
            if (audit.Observe(batch) is { } finding)
                LiveLog.PartitionersDisagree(logger, finding);
            if (_lanes.TryGetValue(batch.Partition, out var lane))
                lane.Topics.Add(batch);
            else
                batch.Dispose();
        }
        foreach (var lane in _lanes.Values)
        {
            lane.ThrowIfFailed();
            var isIdle = lane.Fill(PollRecordsMax, topic => EndOf(consumer, topic, lane), NowMs);
            _pauses.Update(consumer, lane.Partition, lane.Topics);
            if (isIdle)
                Tick(consumer, lane);
        }
        if (!_done.IsEmpty)
            Commit(consumer);
    }

    private static long? EndOf(PartitionConsumer consumer, string topic, LiveLane lane) =>
        consumer.KnownEnd(new TopicPartition(topic, lane.Partition));

    /// <summary>Tells a lane the time where nothing older waits for it, so that silence closes buckets too.</summary>
    private void Tick(PartitionConsumer consumer, LiveLane lane)
    {
        var now = NowMs;
        if (now - lane.TickedMs < settings.AllowedLateness.TotalMilliseconds / 4)
            return;
        if (!lane.Topics.IsCaughtUp(topic => EndOf(consumer, topic, lane)))
            return;
        lane.TickedMs = now;
        lane.Offer(new LaneInput([], now, ClockCloses: true));
    }

    /// <summary>Only what is published is committed.</summary>
    private void Commit(PartitionConsumer consumer)
    {
        var done = new List<PartitionOffset>();
        while (_done.TryDequeue(out var offset))
        {
            if (_lanes.TryGetValue(offset.Partition, out var lane) && lane.IsBeyondCommitted(offset))
                done.Add(offset);
        }
        if (done.Count > 0)
            consumer.Commit(Offsets.Newest(done));
    }

    private List<PartitionOffset> OnAssigned(
        PartitionConsumer consumer,
        IReadOnlyList<TopicPartition> partitions,
        CancellationToken stop
    )
    {
        var committed = consumer
            .Committed(partitions)
            .ToDictionary(o => new TopicPartition(o.Topic, o.Partition), o => o.NextOffset);
        var begin = BeginOf(consumer, partitions);
        foreach (var partition in partitions.Select(p => p.Partition).Distinct())
        {
            LiveLog.LaneStarted(logger, partition, time.GetUtcNow() - settings.Rewind);
            _lanes[partition] = new LiveLane(
                partition,
                factory,
                new LaneProgress(committed),
                new MergedTopics(Read, topic => SpanOf(consumer, new TopicPartition(topic, partition), begin)),
                new SignalPublisher(kafka, _checkpoints, _done, logger),
                stop
            );
        }
        return begin;
    }

    /// <summary>
    /// Telemetry from as far back as it is needed; updates from the first one that is kept, because a rollout may have been
    /// requested long before, and they are few.
    /// </summary>
    private List<PartitionOffset> BeginOf(PartitionConsumer consumer, IReadOnlyList<TopicPartition> partitions)
    {
        var byTopic = partitions.ToLookup(partition => partition.Topic == Topics.Updates);
        return
        [
            .. consumer.OffsetsForTime([.. byTopic[false]], time.GetUtcNow() - settings.Rewind),
            .. byTopic[true].Select(p => new PartitionOffset(p.Topic, p.Partition, consumer.Watermarks(p).Low)),
        ];
    }

    private static (long Begin, long End) SpanOf(
        PartitionConsumer consumer,
        TopicPartition partition,
        List<PartitionOffset> begin
    )
    {
        var (low, high) = consumer.Watermarks(partition);
        var from = begin.Where(b => new TopicPartition(b.Topic, b.Partition) == partition).Select(b => b.NextOffset);
        return (from.FirstOrDefault(low), high);
    }

    private void OnGone(IReadOnlyList<TopicPartition> partitions)
    {
        _pauses.Forget(partitions);
        foreach (var partition in partitions.Select(p => p.Partition).Distinct())
        {
            if (_lanes.Remove(partition, out var lane))
                lane.Stop();
        }
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();
}
