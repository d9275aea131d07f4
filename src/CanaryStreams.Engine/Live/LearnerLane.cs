using CanaryStreams.Core.Planning.Champions;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Learning;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// The learner at work, on a thread of its own: what it published before is taken up first, then every event that the broker still
/// has, and so on as they come. What it makes of an event is published before the next one is read; after a crash the same comes
/// again and changes nothing.
/// </summary>
internal sealed class LearnerLane(
    KafkaSettings kafka,
    TopicLayout layout,
    LearnerSettings settings,
    TimeProvider time,
    LaneDiagnostics diagnostics,
    ILogger logger
) : ILaneWork
{
    private readonly CancellationTokenSource _completed = new();
    private readonly Learner _learner = new(settings);
    private readonly RecordProducer _producer = new(kafka, logger: logger);

    public TimeSpan TickEvery => TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, _completed.Token);
        diagnostics.Starts("reads what outcomes have taught", ended.Token);
        await Task.Factory.StartNew(
            () => Run(ended.Token),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
    }

    /// <summary>Its own readers read the topic; the group is there for who does.</summary>
    public bool TryOffer(Delivery delivery)
    {
        delivery.Owner?.Dispose();
        return true;
    }

    public void Complete() => _completed.Cancel();

    public IReadOnlyCollection<PartitionOffset> TakeDone() => [];

    public void Dispose()
    {
        _producer.Dispose();
        _completed.Dispose();
    }

    private void Run(CancellationToken stop)
    {
        var publisher = new LearnerPublisher(_learner, _producer, time, logger);
        try
        {
            using (var outcomes = Open(Topics.Outcomes, stop))
                while (!outcomes.IsCaughtUp)
                    Take(Topics.Outcomes, outcomes, _learner.TakeOutcome, stop);
            using var models = Open(Topics.Models, stop);
            while (!models.IsCaughtUp)
                Take(Topics.Models, models, _learner.TakeModels, stop);
            using var events = Open(Topics.Events, stop);
            diagnostics.Ready();
            var isCaughtUp = false;
            while (true)
            {
                // What people promote, and nearly always nothing.
                Take(Topics.Models, models, _learner.TakeModels, stop, TimeSpan.Zero);
                Take(Topics.Events, events, value => publisher.Observe(value, stop), stop);
                if (isCaughtUp || !events.IsCaughtUp)
                    continue;
                isCaughtUp = true;
                publisher.CatchUp(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The partition goes to another process, or the engine stops.
        }
    }

    private TopicReader Open(string topic, CancellationToken stop) =>
        CompactedTopic.Open(kafka, topic, layout, time, logger, stop);

    private void Take(
        string topic,
        TopicReader reader,
        Action<ReadOnlyMemory<byte>> take,
        CancellationToken stop,
        TimeSpan? pollFor = null
    )
    {
        stop.ThrowIfCancellationRequested();
        if (reader.Read(pollFor ?? CompactedTopic.PollFor) is not { } value)
            return;
        try
        {
            take(value);
        }
        catch (FormatException error)
        {
            LiveLog.RecordPassedOver(logger, topic, error.Message);
        }
    }
}
