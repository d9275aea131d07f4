using System.Collections.Concurrent;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Engine.Supervision;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// The supervisor role: reads signals, updates and acknowledgements, decides, journals, and publishes from the journal.
/// Offsets are committed only after the journal has what the records caused, so a crash repeats records and loses none.
/// </summary>
public sealed class SupervisorService(
    KafkaSettings kafka,
    StreamSettings settings,
    IReadOnlyDictionary<string, Policy> policies,
    Func<IJournal> openJournal,
    TimeProvider time,
    ILogger<SupervisorService> logger
)
{
    private const int PollRecordsMax = 5_000;
    private static readonly TimeSpan PollFor = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan TickEvery = TimeSpan.FromSeconds(1);
    private static readonly string[] Read = [Topics.Signals, Topics.Updates, Topics.Acks];

    private readonly ConcurrentQueue<PartitionOffset> _done = new();
    private readonly SortedDictionary<int, MergedTopics> _topics = [];
    private readonly Pauses _pauses = new(Read);
    private SupervisionInput? _refused;
    private DateTimeOffset _ticked;

    /// <summary>Runs until stopped; throws when the journal or the publisher fails.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var decided = openJournal();
        using var published = openJournal();
        await using var producer = new RecordProducer(kafka, logger: logger);
        var publisher = new OutboxPublisher(new Outbox(published, 0), producer);
        var supervisor = new Supervisor(decided);
        Report(supervisor.Recover(time.GetUtcNow()).Lost);
        await publisher.PublishAsync(stop);

        var host = new ChannelHost();
        var stages = new SupervisionStages(
            () => new ReadStage(new UpdateDecoder(policies), settings.MaxSkew),
            () => new DecideStage(supervisor)
        );
        CanaryGraph.ComposeSupervision(host, stages, (batch, token) => PublishAsync(batch, publisher, producer, token));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = host.RunAsync(ended.Token);
        var polling = Task.Factory.StartNew(
            () => Poll(host, running, ended.Token),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        // Both have ended before what they use is given up, whichever of them ended first and why.
        await Task.WhenAny(running, polling);
        await ended.CancelAsync();
        await Task.WhenAll(running, polling);
    }

    private void Poll(ChannelHost host, Task running, CancellationToken stop)
    {
        PartitionConsumer? member = null;
        var callbacks = new ConsumerCallbacks
        {
            Assigned = partitions => OnAssigned(member!, partitions),
            Revoked = OnGone,
            Lost = OnGone,
        };
        using var consumer = member = new PartitionConsumer(
            kafka with
            {
                Group = kafka.Group + "-supervisor",
            },
            callbacks,
            logger: logger
        );
        consumer.Subscribe(Read);
        while (!stop.IsCancellationRequested && !running.IsCompleted)
        {
            foreach (var batch in consumer.Poll(PollFor, PollRecordsMax))
            {
                if (_topics.TryGetValue(batch.Partition, out var topics))
                    topics.Add(batch);
                else
                    batch.Dispose();
            }
            var isIdle = Fill(consumer, host);
            foreach (var (partition, topics) in _topics)
                _pauses.Update(consumer, partition, topics);
            if (isIdle)
                Tick(consumer, host);
            Commit(consumer);
        }
    }

    /// <summary>Moves records on as far as there is room; true when nothing waits.</summary>
    private bool Fill(PartitionConsumer consumer, ChannelHost host)
    {
        foreach (var (partition, topics) in _topics)
        {
            while (_refused is null)
            {
                var (records, finished) = topics.Take(
                    PollRecordsMax,
                    topic => consumer.KnownEnd(new TopicPartition(topic, partition))
                );
                if (records.Count == 0)
                    break;
                Offer(host, new SupervisionInput(records, [], NowMs, ClockDecides: false, new Batches(finished)));
            }
        }
        if (_refused is { } refused)
            Offer(host, refused);
        return _refused is null && _topics.Values.All(topics => topics.IsEmpty);
    }

    private void Offer(ChannelHost host, SupervisionInput input) =>
        _refused = host.TryOffer(CanaryGraph.Decisions, input) ? null : input;

    /// <summary>
    /// Lets deadlines pass by the clock, but only when everything that was sent has been read: while catching up, what
    /// looks overdue may have been answered long ago.
    /// </summary>
    private void Tick(PartitionConsumer consumer, ChannelHost host)
    {
        var now = time.GetUtcNow();
        if (now - _ticked < TickEvery || consumer.Assignment.Count == 0)
            return;
        if (!_topics.All(part => part.Value.IsCaughtUp(t => consumer.KnownEnd(new TopicPartition(t, part.Key)))))
            return;
        _ticked = now;
        Offer(host, new SupervisionInput([], [], NowMs, ClockDecides: true));
    }

    private IReadOnlyList<PartitionOffset>? OnAssigned(
        PartitionConsumer consumer,
        IReadOnlyList<TopicPartition> partitions
    )
    {
        var committed = consumer
            .Committed(partitions)
            .ToDictionary(offset => new TopicPartition(offset.Topic, offset.Partition), offset => offset.NextOffset);
        foreach (var partition in partitions.Select(p => p.Partition).Distinct())
            _topics[partition] = new MergedTopics(Read, topic => SpanOf(new TopicPartition(topic, partition)));
        return null;

        (long Begin, long End) SpanOf(TopicPartition partition)
        {
            var (low, high) = consumer.Watermarks(partition);
            return (Math.Max(low, committed.GetValueOrDefault(partition, low)), high);
        }
    }

    private void OnGone(IReadOnlyList<TopicPartition> partitions)
    {
        _pauses.Forget(partitions);
        foreach (var partition in partitions)
            _topics.Remove(partition.Partition);
    }

    private async ValueTask PublishAsync(
        DecidedBatch batch,
        OutboxPublisher publisher,
        RecordProducer producer,
        CancellationToken stop
    )
    {
        Report(batch.Lost);
        await Rejects.SendAsync(producer, batch.Rejects.Select(RejectRecord.Of), stop);
        if (batch.Appended > 0)
            await publisher.PublishAsync(stop);
        foreach (var offset in Offsets.After(batch.Input.Records).Where(done => done.Topic != Topics.Signals))
            _done.Enqueue(offset);
        foreach (var (partition, nextOffset) in batch.CompleteSignals)
            _done.Enqueue(new PartitionOffset(Topics.Signals, partition, nextOffset));
        batch.Input.Owner?.Dispose();
    }

    private void Commit(PartitionConsumer consumer)
    {
        var done = new List<PartitionOffset>();
        while (_done.TryDequeue(out var offset))
            done.Add(offset);
        if (done.Count > 0)
            consumer.Commit(Offsets.Newest(done));
    }

    private void Report(IReadOnlyList<LostRollout> lost)
    {
        foreach (var rollout in lost)
            LiveLog.RolloutLost(logger, rollout.Rollout, rollout.Reason);
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();
}
