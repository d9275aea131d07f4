using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Diagnostics;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Live;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Kafka;
using CanaryStreams.Simulation.Broker;
using CanaryStreams.Simulation.Journal;
using CanaryStreams.Simulation.World;
using Microsoft.Extensions.Logging.Abstractions;

namespace CanaryStreams.Simulation.Engine;

/// <summary>The engine's processes: each runs both roles, and is begun anew when it has died.</summary>
internal sealed class Cluster : IDisposable
{
    public const string Supervisors = "supervisors";
    public const string Analyzers = "analyzers";
    private static readonly TimeSpan SnapshotEvery = TimeSpan.FromSeconds(12);

    private readonly SimulatedWorld _world;
    private readonly SimulatedBroker _broker;
    private readonly JournalServer _journal;
    private readonly Scenario _scenario;
    private readonly SimulatedGroup _supervisors;
    private readonly SimulatedGroup _analyzers;
    private readonly Dictionary<string, byte[]> _snapshots = [];
    private readonly EngineDiagnostics _diagnostics = new(TimeProvider.System);
    private readonly Dictionary<string, (SimulatedProcess Process, SimulatedRole[] Roles)> _running = [];

    public Cluster(SimulatedWorld world, SimulatedBroker broker, JournalServer journal, Scenario scenario)
    {
        (_world, _broker, _journal, _scenario) = (world, broker, journal, scenario);
        _supervisors = new SimulatedGroup(Supervisors, world, broker);
        _analyzers = new SimulatedGroup(Analyzers, world, broker);
        for (var i = 0; i < scenario.Processes; i++)
            Start($"engine-{i}");
    }

    public IReadOnlyList<SimulatedProcess> Running => [.. _running.Values.Select(one => one.Process)];

    /// <summary>Whether a process is the one that the group knows as the owner of the lane.</summary>
    public bool OwnsLane(string process, int partition) =>
        _running.TryGetValue(process, out var one) && one.Roles[1].Owns(partition);

    /// <summary>Stops a process as an operator does it: its roles leave their groups first.</summary>
    public void Restart(string name)
    {
        foreach (var role in _running[name].Roles)
            role.IsAskedToLeave = true;
    }

    public void Dispose() => _diagnostics.Dispose();

    private void Start(string name)
    {
        var process = new SimulatedProcess(_world, name, _world.Between(-_scenario.SkewMs, _scenario.SkewMs + 1));
        SimulatedRole[] roles =
        [
            Role(process, "supervisor", SupervisorRole.InputTopics, _supervisors, mayLag: true, Supervise),
            Role(process, "analyzer", AnalyzerStarts.Topics, _analyzers, !_scenario.HasRealLanes, Analyze),
        ];
        _running[name] = (process, roles);
        _world.Tell(name, "starts");
        process.OnDeath.Add(() =>
        {
            foreach (var role in roles)
                _world.Remove(role);
            _world.Later(_world.Between(300, 9_000), () => Start(name));
        });
    }

    private void KillWhenLeft(SimulatedProcess process)
    {
        if (_running[process.Name].Roles.All(role => role.IsGone))
            process.Kill("asked to stop");
    }

    private SimulatedRole Role(
        SimulatedProcess process,
        string name,
        IReadOnlyList<string> topics,
        SimulatedGroup group,
        bool mayLag,
        Func<
            SimulatedProcess,
            IPartitionOffsets,
            int,
            Func<bool>,
            (ISimulatedWork, IReadOnlyDictionary<string, long>)
        > start
    )
    {
        var role = new SimulatedRole(
            _world,
            process,
            name,
            topics,
            () => new SimulatedConsumer(_world, _broker, group, process, topics, mayLag),
            group,
            _scenario.Apps,
            (offsets, partition, isStopped) => start(process, offsets, partition, isStopped)
        )
        {
            HasLeft = () => KillWhenLeft(process),
        };
        _world.Add(role);
        return role;
    }

    private (ISimulatedWork, IReadOnlyDictionary<string, long>) Supervise(
        SimulatedProcess process,
        IPartitionOffsets offsets,
        int partition,
        Func<bool> isStopped
    )
    {
        var begin = SupervisorRole.Begin(offsets, partition);
        var sender = new SimulatedSender(_world, _broker, process, isStopped);
        var work = new SupervisorWork(
            process,
            partition,
            _scenario.Stream,
            _scenario.Policies,
            Decided(Open(process, isStopped), process),
            Published(Open(process, isStopped)),
            sender,
            new LaneDiagnostics(_diagnostics, "supervisor", partition, NullLogger.Instance),
            _scenario.Mutant
        );
        return (work, begin);
    }

    private PatientJournal Open(SimulatedProcess process, Func<bool> isStopped)
    {
        IJournal way = new SimulatedJournal(_world, _journal, process);
        if (_scenario.Mutant == Mutant.BlindRetry)
            way = new BlindJournal(way, _journal.Store);
        return new PatientJournal(way, new SimulatedWatch(_world, process, isStopped));
    }

    private IJournal Decided(IJournal journal, SimulatedProcess process) =>
        _scenario.Mutant switch
        {
            Mutant.PublishBeforeJournal => new PublishingJournal(journal, one => _broker.Append(one, process.Name)),
            Mutant.NoEpoch => new SameEpochJournal(journal),
            Mutant.NoFence => new UnfencedJournal(journal, _journal.Store),
            _ => journal,
        };

    private IJournal Published(IJournal journal) =>
        _scenario.Mutant == Mutant.MarkBeforeSend ? new EagerMarkJournal(journal) : journal;

    private (ISimulatedWork, IReadOnlyDictionary<string, long>) Analyze(
        SimulatedProcess process,
        IPartitionOffsets offsets,
        int partition,
        Func<bool> isStopped
    )
    {
        var store = new SimulatedSnapshots(_world, process, _snapshots);
        var snapshots = new LaneSnapshots(store, "simulated", SnapshotEvery, NullLogger.Instance) { Runs = Inline };
        var light = new LightState();
        var (start, begin) = _scenario.HasRealLanes
            ? new AnalyzerStarts(_scenario.Stream, _scenario.Lanes, snapshots, process.Time, NullLogger.Instance).At(
                offsets,
                partition
            )
            : LightStart(offsets, partition, snapshots, light);
        var work = new AnalyzerWork(
            process,
            _broker,
            start,
            _scenario.Stream,
            snapshots,
            new SimulatedSender(_world, _broker, process, isStopped),
            new LaneDiagnostics(_diagnostics, "analyzer", partition, NullLogger.Instance),
            analysis => Stages(analysis, start, light, snapshots),
            _scenario.Mutant
        );
        return (work, begin);
    }

    /// <summary>The simulated world has one thread.</summary>
    private static Task Inline(Action work)
    {
        work();
        return Task.CompletedTask;
    }

    private LaneStages Stages(
        PartitionAnalysis analysis,
        AnalyzerStart start,
        LightState light,
        LaneSnapshots snapshots
    )
    {
        var stages = _scenario.HasRealLanes
            ? _scenario.Lanes.Create(start.State, start.Partition, analysis.IsNew, start.Progress.IsNew)
            : LightStages.Create(light, start.Partition, analysis, start);
        return _scenario.Mutant == Mutant.SnapshotEarly
            ? stages with
            {
                Capture = () => new EarlyCapture(stages.Capture(), batch => SaveEarly(batch, start, snapshots)),
            }
            : stages;
    }

    private void SaveEarly(EncodedBatch batch, AnalyzerStart start, LaneSnapshots snapshots)
    {
        var end = _broker.End(new TopicPartition(Topics.Signals, start.Partition)) + batch.Signals.Count;
        if (batch.Captured is { } captured)
            snapshots.Save(
                start.Partition,
                new LaneSnapshot(captured.Positions, end, new PublishedSignals(), captured.State.Memory)
            );
    }

    /// <summary>Where a lane of the light source goes on, by the rules of the real one.</summary>
    private (AnalyzerStart, IReadOnlyDictionary<string, long>) LightStart(
        IPartitionOffsets offsets,
        int partition,
        LaneSnapshots snapshots,
        LightState light
    )
    {
        var parts = AnalyzerStarts.Topics.Select(topic => new TopicPartition(topic, partition)).ToList();
        var progress = new LaneProgress(
            offsets.Committed(parts).ToDictionary(o => new TopicPartition(o.Topic, o.Partition), o => o.NextOffset)
        );
        var snapshot = snapshots.Load(partition);
        if (snapshot is not null)
            light.Restore(snapshot.State.Span);
        var begin = snapshot?.Positions ?? parts.ToDictionary(part => part.Topic, part => offsets.Watermarks(part).Low);
        return (new AnalyzerStart(partition, _scenario.Lanes.NewState(), snapshot, progress), begin);
    }

    private sealed class EarlyCapture(IStage<EncodedBatch, EncodedBatch> inner, Action<EncodedBatch> save)
        : IStage<EncodedBatch, EncodedBatch>
    {
        public EncodedBatch Process(EncodedBatch batch)
        {
            var captured = inner.Process(batch);
            save(captured);
            return captured;
        }
    }
}
