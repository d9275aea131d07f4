using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Live;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Engine.Supervision;
using CanaryStreams.Kafka;

namespace CanaryStreams.Simulation.Engine;

/// <summary>A partition of the supervisor, put together as the live lane does it.</summary>
internal sealed class SupervisorWork : ISimulatedWork
{
    private readonly PartitionSupervision _supervision;
    private readonly Supervisor _supervisor;
    private readonly SimulatedProcess _process;
    private readonly Mutant _mutant;
    private readonly List<PartitionOffset> _early = [];

    public SupervisorWork(
        SimulatedProcess process,
        int partition,
        StreamSettings settings,
        IReadOnlyDictionary<string, Policy> policies,
        IJournal decided,
        IJournal published,
        IRecordSender sender,
        LaneDiagnostics diagnostics,
        Mutant mutant
    )
    {
        (_process, _mutant) = (process, mutant);
        var options = new SupervisorOptions { Partition = partition, Owner = process.Name };
        _supervisor = new Supervisor(decided, options);
        var publisher = new OutboxPublisher(new Outbox(published, partition), sender, diagnostics);
        _supervision = new PartitionSupervision(_supervisor, publisher, sender, diagnostics);
        _supervision.Compose(Host, settings, policies);
    }

    public QueueHost Host { get; } = new();

    public TimeSpan TickEvery => TimeSpan.FromSeconds(1);

    public int Active => _supervisor.ActiveCount;

    public void Start() =>
        QueueHost.Finish(new ValueTask(_supervision.StartAsync(_process.Time.GetUtcNow(), CancellationToken.None)));

    public Task RunAsync(CancellationToken stop) => throw new NotSupportedException("the world runs it");

    public bool TryOffer(Delivery delivery)
    {
        var input = new SupervisionInput(delivery.Records, [], delivery.ClockMs, delivery.IsCaughtUp, delivery.Owner);
        if (!Host.TryOffer(CanaryGraph.Decisions, input))
            return false;
        if (_mutant is Mutant.CommitBeforeJournal)
            _early.AddRange(Offsets.After(delivery.Records));
        else if (_mutant is Mutant.CommitHalfBucket)
            _early.AddRange(Offsets.After(delivery.Records).Where(offset => offset.Topic == Topics.Signals));
        return true;
    }

    public void Complete() { }

    public IReadOnlyCollection<PartitionOffset> TakeDone()
    {
        List<PartitionOffset> done = [.. _supervision.TakeDone(), .. _early];
        _early.Clear();
        return done;
    }

    public void Dispose() { }
}
