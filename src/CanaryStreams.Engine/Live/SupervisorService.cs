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
    private readonly Queue<SupervisionInput> _waiting = new();
    private DateTimeOffset _ticked;
    private bool _paused;

    /// <summary>Runs until stopped; throws when the journal or the publisher fails.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var decided = openJournal();
        using var published = openJournal();
        await using var producer = new RecordProducer(kafka, logger: logger);
        var publisher = new OutboxPublisher(new Outbox(published), producer);
        var supervisor = new Supervisor(decided);
        Report(supervisor.Recover(time.GetUtcNow()).Lost);
        await publisher.PublishAsync(stop);

        var host = new ChannelHost();
        var stages = new SupervisionStages(
            () => new ReadStage(new UpdateDecoder(policies)),
            () => new DecideStage(supervisor)
        );
        CanaryGraph.ComposeSupervision(host, stages, (batch, token) => PublishAsync(batch, publisher, producer, token));
        var running = host.RunAsync(stop);
        var polling = Task.Factory.StartNew(
            () => Poll(host, running, stop),
            stop,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        await await Task.WhenAny(running, polling);
    }

    private void Poll(ChannelHost host, Task running, CancellationToken stop)
    {
        using var consumer = new PartitionConsumer(kafka with { Group = kafka.Group + "-supervisor" }, logger: logger);
        consumer.Subscribe(Read);
        while (!stop.IsCancellationRequested && !running.IsCompleted)
        {
            foreach (var batch in consumer.Poll(PollFor, PollRecordsMax))
                _waiting.Enqueue(new SupervisionInput(batch.Records, [], NowMs, ClockDecides: false, batch));
            while (_waiting.TryPeek(out var next) && host.TryOffer(CanaryGraph.Decisions, next))
                _waiting.Dequeue();
            PauseOrResume(consumer);
            Tick(consumer, host);
            Commit(consumer);
        }
    }

    private void PauseOrResume(PartitionConsumer consumer)
    {
        if (_paused == (_waiting.Count > 0))
            return;
        _paused = !_paused;
        foreach (var partition in consumer.Assignment)
        {
            if (_paused)
                consumer.Pause(partition);
            else
                consumer.Resume(partition);
        }
    }

    /// <summary>
    /// Lets deadlines pass by the clock, but only when everything that was sent has been read: while catching up, what
    /// looks overdue may have been answered long ago.
    /// </summary>
    private void Tick(PartitionConsumer consumer, ChannelHost host)
    {
        var now = time.GetUtcNow();
        if (now - _ticked < TickEvery || _waiting.Count > 0 || consumer.Assignment.Count == 0)
            return;
        if (consumer.Assignment.Any(partition => consumer.Lag(partition) > 0))
            return;
        if (host.TryOffer(CanaryGraph.Decisions, new SupervisionInput([], [], NowMs, ClockDecides: true)))
            _ticked = now;
    }

    private async ValueTask PublishAsync(
        DecidedBatch batch,
        OutboxPublisher publisher,
        RecordProducer producer,
        CancellationToken stop
    )
    {
        Report(batch.Lost);
        if (batch.Rejects.Count > 0)
            await producer.SendAsync([.. batch.Rejects.Select(RejectRecord.Of)], stop);
        if (batch.Appended > 0)
            await publisher.PublishAsync(stop);
        if (batch.Input.Records is [.., var last])
            _done.Enqueue(new PartitionOffset(last.Topic, last.Partition, last.Offset + 1));
        batch.Input.Owner?.Dispose();
    }

    private void Commit(PartitionConsumer consumer)
    {
        if (_done.IsEmpty)
            return;
        var newest = new Dictionary<TopicPartition, long>();
        while (_done.TryDequeue(out var offset))
            newest[new TopicPartition(offset.Topic, offset.Partition)] = offset.NextOffset;
        consumer.Commit(newest.Select(o => new PartitionOffset(o.Key.Topic, o.Key.Partition, o.Value)));
    }

    private void Report(IReadOnlyList<LostRollout> lost)
    {
        foreach (var rollout in lost)
            LiveLog.RolloutLost(logger, rollout.Rollout, rollout.Reason);
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();
}
