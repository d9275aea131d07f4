using CanaryStreams.Engine.Diagnostics;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Supervision;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// Runs a role: reads the partitions that the group gives to this process, a lane for each, and commits what they have
/// done. When the broker, the journal or a claim fails a lane, the role leaves the group, waits, and begins anew: all that it
/// knew is in the log, the journal and the snapshots. Anything else that fails is a bug and ends it.
/// </summary>
internal sealed class PartitionHost(
    KafkaSettings kafka,
    IRole role,
    EngineDiagnostics diagnostics,
    TimeProvider time,
    ILogger logger
)
{
    private const int PollRecordsMax = 5_000;
    private static readonly TimeSpan PollFor = TimeSpan.FromMilliseconds(20);

    /// <summary>How long lanes have to finish what they hold when their partitions go to another process.</summary>
    private static readonly TimeSpan HandOverFor = TimeSpan.FromSeconds(5);

    private readonly Dictionary<int, PartitionLane> _lanes = [];
    private readonly Pauses _pauses = new(role.Topics);
    private readonly BrokerSilence _silence = new(TimeProvider.System);
    private readonly IHealthPart _health = diagnostics.Health.Part(role.Name);

    /// <summary>Runs until stopped; throws what isn't passing.</summary>
    public Task RunAsync(CancellationToken stop) =>
        Task.Factory.StartNew(
            () => Run(stop),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    private void Run(CancellationToken stop)
    {
        var backoff = new Backoff(time);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                Serve(stop);
            }
            catch (Exception error) when (Cause(error) is { } passing)
            {
                var delay = backoff.Next();
                LiveLog.RoleBeginsAnew(logger, role.Name, delay.TotalSeconds, passing.Message);
                _health.Waits(passing.Message);
                diagnostics.Metrics.Retried("kafka");
                stop.WaitHandle.WaitOne(delay);
            }
        }
    }

    private void Serve(CancellationToken stop)
    {
        PartitionConsumer? member = null;
        var callbacks = new ConsumerCallbacks
        {
            Assigned = partitions => OnAssigned(member!, partitions),
            Revoked = partitions => OnRevoked(member!, partitions),
            Lost = OnLost,
            ErrorOccurred = _silence.Note,
        };
        var consumer = member = new PartitionConsumer(
            kafka with
            {
                Group = $"{kafka.Group}-{role.Name}",
            },
            callbacks,
            logger: logger
        );
        try
        {
            consumer.Subscribe(role.Topics);
            _health.Waits("joins its group");
            while (!stop.IsCancellationRequested)
                Step(consumer);
        }
        finally
        {
            // Leaving the group tells Revoked, which lets the lanes finish.
            consumer.Dispose();
            OnLost([.. _lanes.Keys.Select(partition => new TopicPartition(role.Topics[0], partition))]);
        }
    }

    private void Step(PartitionConsumer consumer)
    {
        _health.Beat();
        _silence.Step(_lanes.Values.Select(lane => lane.Topics));
        foreach (var batch in consumer.Poll(PollFor, PollRecordsMax))
        {
            _silence.Heard();
            role.Observe(batch);
            diagnostics.Metrics.Read(batch.Topic, batch.Count);
            if (_lanes.TryGetValue(batch.Partition, out var lane))
                lane.Topics.Add(batch);
            else
                batch.Dispose();
        }
        foreach (var lane in _lanes.Values)
        {
            if (lane.Running.IsCompleted)
                throw new LaneFailedException(role.Name, lane.Partition, lane.Running.Exception?.InnerException);
            lane.Advance(consumer, PollRecordsMax, time.GetUtcNow().ToUnixTimeMilliseconds());
            _pauses.Update(consumer, lane.Partition, lane.Topics);
        }
        Commit(consumer, _lanes.Values);
    }

    /// <summary>Only what is done is committed.</summary>
    private static void Commit(PartitionConsumer consumer, IEnumerable<PartitionLane> lanes)
    {
        var done = lanes.SelectMany(lane => lane.TakeDone()).ToList();
        if (done.Count > 0)
            consumer.Commit(Offsets.Newest(done));
    }

    private List<PartitionOffset> OnAssigned(PartitionConsumer consumer, IReadOnlyList<TopicPartition> partitions)
    {
        var begin = new List<PartitionOffset>();
        foreach (var partition in partitions.Select(one => one.Partition).Distinct())
        {
            var start = role.Start(consumer, partition);
            begin.AddRange(start.Begin.Select(topic => new PartitionOffset(topic.Key, partition, topic.Value)));
            var topics = new MergedTopics(
                role.Topics,
                topic => (start.Begin[topic], consumer.Watermarks(new TopicPartition(topic, partition)).High)
            );
            _lanes.Add(partition, new PartitionLane(partition, topics, start));
        }
        _health.Ready();
        return begin;
    }

    /// <summary>The partitions are still this process's: what their lanes hold is finished and committed, if it can be in time.</summary>
    private void OnRevoked(PartitionConsumer consumer, IReadOnlyList<TopicPartition> partitions)
    {
        var leaving = TakeOut(partitions);
        leaving.ForEach(lane => lane.Complete());
        try
        {
            Task.WaitAll([.. leaving.Select(lane => lane.Running)], HandOverFor);
        }
        catch (AggregateException)
        {
            // A lane that failed has done what it had done until then.
        }
        Commit(consumer, leaving);
        leaving.ForEach(lane => lane.Dispose());
    }

    private void OnLost(IReadOnlyList<TopicPartition> partitions) =>
        TakeOut(partitions).ForEach(lane => lane.Dispose());

    private List<PartitionLane> TakeOut(IReadOnlyList<TopicPartition> partitions)
    {
        _pauses.Forget(partitions);
        var leaving = new List<PartitionLane>();
        foreach (var partition in partitions.Select(one => one.Partition).Distinct())
        {
            if (_lanes.Remove(partition, out var lane))
                leaving.Add(lane);
        }
        return leaving;
    }

    /// <summary>What a failure comes from where it passes by itself; null where it doesn't.</summary>
    private static Exception? Cause(Exception error) =>
        error switch
        {
            LaneFailedException { InnerException: { } inner } => Cause(inner),
            AggregateException { InnerException: { } inner } => Cause(inner),
            BrokerException or DeliveryException or JournalUnavailableException or PartitionTakenException => error,
            _ => null,
        };
}
