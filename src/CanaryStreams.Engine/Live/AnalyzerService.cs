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
/// publishes their signals. A lane's state comes from the log: on assignment the partition is read again from
/// <see cref="StreamSettings.Rewind"/> ago, and what was published before is not published again.
/// </summary>
public sealed class AnalyzerService(
    KafkaSettings kafka,
    StreamSettings settings,
    LaneFactory factory,
    IJournal journal,
    TimeProvider time,
    ILogger<AnalyzerService> logger
)
{
    private const int PollRecordsMax = 5_000;
    private static readonly TimeSpan PollFor = TimeSpan.FromMilliseconds(20);

    /// <summary>The first one leads: the group hands out its partitions, and the others' come along.</summary>
    private static readonly string[] Read = [Topics.Updates, Topics.Telemetry, Topics.Transactions];

    private readonly Dictionary<int, LiveLane> _lanes = [];
    private readonly ConcurrentQueue<PartitionOffset> _done = new();

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
            var input = new LaneInput(batch.Records, NowMs, ClockCloses: false, batch);
            if (_lanes.TryGetValue(batch.Partition, out var lane))
                lane.Offer(batch.Topic, batch.NextOffset, input);
            else
                batch.Dispose();
        }
        foreach (var lane in _lanes.Values)
        {
            lane.ThrowIfFailed();
            lane.Drain();
            PauseOrResume(consumer, lane);
            Tick(consumer, lane);
        }
        Commit(consumer);
    }

    private static void PauseOrResume(PartitionConsumer consumer, LiveLane lane)
    {
        if (lane.HasWaiting == lane.IsPaused)
            return;
        lane.IsPaused = lane.HasWaiting;
        foreach (var topic in Read.Where(topic => topic != Topics.Updates))
        {
            var partition = new TopicPartition(topic, lane.Partition);
            if (lane.IsPaused)
                consumer.Pause(partition);
            else
                consumer.Resume(partition);
        }
    }

    /// <summary>Tells a lane the time where nothing older waits for it, so that silence closes buckets too.</summary>
    private void Tick(PartitionConsumer consumer, LiveLane lane)
    {
        var now = NowMs;
        var due = now - lane.TickedMs >= settings.AllowedLateness.TotalMilliseconds / 4;
        if (!due || lane.HasWaiting || Read.Any(topic => consumer.Lag(new TopicPartition(topic, lane.Partition)) > 0))
            return;
        lane.TickedMs = now;
        lane.Offer(Topics.Updates, 0, new LaneInput([], now, ClockCloses: true));
    }

    /// <summary>Only what is published is committed; a partition read again never takes its commit back.</summary>
    private void Commit(PartitionConsumer consumer)
    {
        if (_done.IsEmpty)
            return;
        var newest = new Dictionary<TopicPartition, long>();
        while (_done.TryDequeue(out var offset))
        {
            if (_lanes.TryGetValue(offset.Partition, out var lane) && lane.IsBeyondCommitted(offset))
                newest[new TopicPartition(offset.Topic, offset.Partition)] = offset.NextOffset;
        }
        if (newest.Count > 0)
            consumer.Commit(newest.Select(o => new PartitionOffset(o.Key.Topic, o.Key.Partition, o.Value)));
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
        var begin = consumer.OffsetsForTime(partitions, time.GetUtcNow() - settings.Rewind).ToList();
        foreach (var updates in begin.Where(offset => offset.Topic == Topics.Updates))
        {
            var end = consumer.Watermarks(new TopicPartition(Topics.Updates, updates.Partition)).High;
            var progress = new LaneProgress(committed, updates.NextOffset < end ? end : 0);
            var publisher = new SignalPublisher(kafka, journal, _done, logger);
            LiveLog.LaneStarted(logger, updates.Partition, time.GetUtcNow() - settings.Rewind);
            var lane = new LiveLane(updates.Partition, factory, progress, publisher, stop);
            _lanes[updates.Partition] = lane;
        }
        return begin;
    }

    private void OnGone(IReadOnlyList<TopicPartition> partitions)
    {
        foreach (var partition in partitions.Select(p => p.Partition).Distinct())
        {
            if (_lanes.Remove(partition, out var lane))
                lane.Stop();
        }
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();
}
