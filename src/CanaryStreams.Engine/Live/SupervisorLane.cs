using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Engine.Supervision;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

/// <summary>A partition of the supervisor on tasks and queues. It begins by taking the partition's rollouts over.</summary>
internal sealed class SupervisorLane : ILaneWork
{
    private readonly ChannelHost _host = new();
    private readonly LaneDiagnostics _diagnostics;
    private readonly RecordProducer _producer;
    private readonly PatientJournal _decided;
    private readonly PatientJournal _published;
    private readonly PartitionSupervision _supervision;
    private readonly TimeProvider _time;

    /// <param name="openJournal">Opens it for one caller: what decides and what publishes run side by side.</param>
    public SupervisorLane(
        SupervisorOptions options,
        KafkaSettings kafka,
        StreamSettings settings,
        IReadOnlyDictionary<string, Policy> policies,
        Func<IJournal> openJournal,
        TimeProvider time,
        LaneDiagnostics diagnostics,
        ILogger logger
    )
    {
        (_time, _diagnostics) = (time, diagnostics);
        _producer = new RecordProducer(kafka, logger: logger);
        _decided = new PatientJournal(openJournal(), diagnostics);
        _published = new PatientJournal(openJournal(), diagnostics);
        var publisher = new OutboxPublisher(new Outbox(_published, options.Partition), _producer, diagnostics);
        _supervision = new PartitionSupervision(new Supervisor(_decided, options), publisher, _producer, diagnostics);
        _supervision.Compose(_host, settings, policies);
    }

    public TimeSpan TickEvery => TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken stop)
    {
        _diagnostics.Starts("reads its rollouts from the journal", stop);
        await _supervision.StartAsync(_time.GetUtcNow(), stop);
        _diagnostics.Ready();
        await _host.RunAsync(stop);
    }

    public bool TryOffer(Delivery delivery) =>
        _host.TryOffer(
            CanaryGraph.Decisions,
            new SupervisionInput(delivery.Records, [], delivery.ClockMs, delivery.IsCaughtUp, delivery.Owner)
        );

    public void Complete() => _host.Complete();

    public IReadOnlyCollection<PartitionOffset> TakeDone() => _supervision.TakeDone();

    /// <summary>What isn't out is in the journal, for whoever owns the partition next.</summary>
    public void Dispose()
    {
        _producer.Dispose();
        _decided.Dispose();
        _published.Dispose();
    }
}
