using System.Collections.Concurrent;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Engine.Supervision;
using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// One partition of the supervisor, whoever hosts it: decided, journalled, published from the journal, and only then done.
/// So a crash at any point repeats records and loses none.
/// </summary>
internal sealed class PartitionSupervision(
    Supervisor supervisor,
    OutboxPublisher publisher,
    IRecordSender sender,
    LaneDiagnostics diagnostics
)
{
    private readonly ConcurrentQueue<PartitionOffset> _done = new();
    private readonly Housekeeping _housekeeping = new(supervisor);

    /// <summary>Builds the partition's graph on a host.</summary>
    public void Compose(IStreamHost host, StreamSettings settings, IReadOnlyDictionary<string, Policy> policies) =>
        CanaryGraph.ComposeSupervision(
            host,
            new SupervisionStages(
                () => new ReadStage(new UpdateDecoder(policies), settings.MaxSkew, RequestAgeMax(settings)),
                () => new DecideStage(supervisor, _housekeeping)
            ),
            PublishAsync
        );

    /// <summary>Takes the partition's rollouts over and says what an earlier life left unsaid. To be called before anything is decided.</summary>
    public async Task StartAsync(DateTimeOffset now, CancellationToken stop)
    {
        var recovered = supervisor.Recover(now);
        foreach (var lost in recovered.Lost)
            diagnostics.Lost(lost);
        diagnostics.TakenOver(supervisor.ActiveCount);
        _housekeeping.Found(await publisher.PublishAsync(stop));
    }

    /// <summary>Offsets up to which everything is done, since the last call.</summary>
    public IReadOnlyCollection<PartitionOffset> TakeDone() => Offsets.Drain(_done);

    /// <summary>A request may have been ahead of the clock by so much: it has to be too old before its rollout is forgotten.</summary>
    private TimeSpan RequestAgeMax(StreamSettings settings) => supervisor.Retention.ForgetAfter - settings.MaxSkew;

    private async ValueTask PublishAsync(DecidedBatch batch, CancellationToken stop)
    {
        foreach (var lost in batch.Lost)
            diagnostics.Lost(lost);
        await Rejects.SendAsync(sender, [.. batch.Rejects.Select(RejectRecord.Of)], diagnostics, stop);
        if (batch.Appended > 0)
            _housekeeping.Found(await publisher.PublishAsync(stop));
        foreach (var offset in Offsets.After(batch.Input.Records).Where(done => done.Topic != Topics.Signals))
            _done.Enqueue(offset);
        foreach (var (partition, nextOffset) in batch.CompleteSignals)
            _done.Enqueue(new PartitionOffset(Topics.Signals, partition, nextOffset));
        batch.Input.Owner?.Dispose();
        diagnostics.Active(supervisor.ActiveCount);
    }
}
