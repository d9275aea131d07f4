using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Live;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Kafka;
using CanaryStreams.Simulation.Broker;

namespace CanaryStreams.Simulation.Engine;

/// <summary>A partition of the analyzer, put together as the live lane does it.</summary>
internal sealed class AnalyzerWork : ISimulatedWork
{
    private readonly PartitionAnalysis _analysis;
    private readonly AnalyzerStart _start;
    private readonly SimulatedBroker _broker;
    private readonly SimulatedProcess _process;
    private readonly StreamSettings _settings;
    private readonly Mutant _mutant;
    private readonly List<PartitionOffset> _early = [];

    /// <param name="stages">Of a lane over the start's state, given what is new.</param>
    public AnalyzerWork(
        SimulatedProcess process,
        SimulatedBroker broker,
        AnalyzerStart start,
        StreamSettings settings,
        LaneSnapshots snapshots,
        IRecordSender sender,
        LaneDiagnostics diagnostics,
        Func<PartitionAnalysis, LaneStages> stages,
        Mutant mutant
    )
    {
        (_process, _broker, _start, _settings, _mutant) = (process, broker, start, settings, mutant);
        _analysis = new PartitionAnalysis(start, sender, ReadPublished, snapshots, process.Time, diagnostics);
        _analysis.Compose(Host, stages(_analysis));
    }

    public QueueHost Host { get; } = new();

    public int Active => 0;

    public TimeSpan TickEvery => _settings.AllowedLateness / 4;

    public void Start() => _analysis.Recall(CancellationToken.None);

    public Task RunAsync(CancellationToken stop) => throw new NotSupportedException("the world runs it");

    public bool TryOffer(Delivery delivery)
    {
        if (!_analysis.TryOffer(delivery, Offer))
            return false;
        if (_mutant is Mutant.CommitBeforeSignals)
            _early.AddRange(Offsets.After(delivery.Records));
        return true;
    }

    public void Complete() => _analysis.Complete(Offer);

    public IReadOnlyCollection<PartitionOffset> TakeDone()
    {
        List<PartitionOffset> done = [.. _analysis.TakeDone(), .. _early];
        _early.Clear();
        return done;
    }

    public void Dispose() { }

    /// <summary>As the live lane does it, in no group.</summary>
    private long ReadPublished(long? from, Action<ReadOnlyMemory<byte>> take, CancellationToken stop)
    {
        _process.Point("reading what is published");
        if (_broker.IsAway)
            throw new BrokerException("what is published: no answer");
        var log = _broker.Log(Topics.Signals, _start.Partition);
        var since = (_process.Time.GetUtcNow() - _settings.Rewind).ToUnixTimeMilliseconds();
        foreach (var record in log.Skip((int)(from ?? 0)))
        {
            if ((from is not null || record.TimestampMs >= since) && _mutant is not Mutant.NoRecall)
                take(record.Value);
        }
        return log.Count;
    }

    private bool Offer(LaneInput input)
    {
        if (_mutant is Mutant.SnapshotAhead && input.CaptureAt is { } at)
            input = input with
            {
                CaptureAt = at.ToDictionary(one => one.Key, one => Math.Min(one.Value + 1, Ends(one.Key))),
            };
        return Host.TryOffer(CanaryGraph.Inputs, input);
    }

    private long Ends(string topic) => _broker.End(new TopicPartition(topic, _start.Partition));
}
