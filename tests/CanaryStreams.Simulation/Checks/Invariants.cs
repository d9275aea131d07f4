using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Live;
using CanaryStreams.Kafka;
using CanaryStreams.Simulation.Broker;
using CanaryStreams.Simulation.Engine;
using CanaryStreams.Simulation.Journal;
using CanaryStreams.Simulation.World;

namespace CanaryStreams.Simulation.Checks;

/// <summary>Everything that has to be true, asked at the moment at which it could become untrue.</summary>
internal sealed class Invariants(SimulatedWorld world, SimulatedBroker broker, JournalServer journal, Scenario scenario)
{
    private readonly HashSet<(string Agent, string Version)> _withdrawn = [];
    private readonly SignalChecks _signals = new(broker, scenario);
    private readonly JournalChecks _journal = new(journal);
    private readonly Dictionary<TopicPartition, long> _committed = [];

    public JournalView Journal => _journal.View;

    /// <summary>Whether a process owns the lane of a partition as the group sees it.</summary>
    public Func<string, int, bool> OwnsLane { get; set; } = (_, _) => true;

    public static void Require(bool holds, string invariant, Func<string> what)
    {
        if (!holds)
            throw new BrokenInvariantException(invariant, what());
    }

    public void OnStep() =>
        Require(world.Steps < 2_000_000, "it comes to an end", () => "the world has taken two million steps");

    public void OnRecord(in RawRecord record, string by, bool isOfDead)
    {
        switch (record.Topic)
        {
            case Topics.Control:
                _journal.OnControl(record);
                break;
            case Topics.Signals:
                _signals.OnSignal(record, isOfDead || !OwnsLane(by, record.Partition));
                break;
            case Topics.Telemetry or Topics.Updates:
                _signals.OnInput(record, world.NowMs);
                if (record.Topic == Topics.Updates)
                    _journal.OnUpdate(record);
                break;
            case Topics.Acks:
                _journal.OnAck(record);
                break;
        }
    }

    public void OnClaim(Claim claim) => _journal.OnClaim(claim);

    public void OnAppended(string by, Claim claim, IReadOnlyList<StreamAppend> appends) =>
        _journal.OnAppended(by, claim, appends, _signals);

    public void OnMark(int partition, long before, long position) => _journal.OnMark(partition, before, position);

    public void OnCommit(string group, PartitionOffset offset)
    {
        if (group == Cluster.Analyzers)
        {
            if (offset.Topic == Topics.Telemetry)
                _signals.RequirePublished(offset.Partition, offset.NextOffset, "offsets follow what they caused");
            return;
        }
        var at = new TopicPartition(offset.Topic, offset.Partition);
        for (var i = _committed.GetValueOrDefault(at); i < offset.NextOffset; i++)
            _journal.RequireDone(broker.Log(offset.Topic, offset.Partition)[(int)i], broker);
        if (offset.Topic == Topics.Signals)
            _signals.RequireWhole(offset);
        _committed[at] = Math.Max(_committed.GetValueOrDefault(at), offset.NextOffset);
    }

    public void OnSnapshot(int partition, LaneSnapshot snapshot)
    {
        _signals.RequirePublished(
            partition,
            snapshot.Positions[Topics.Telemetry],
            "a snapshot doesn't stand for signals that nobody got"
        );
        Require(
            snapshot.PublishedEnd <= broker.End(new TopicPartition(Topics.Signals, partition)),
            "a snapshot doesn't stand for signals that nobody got",
            () => $"lane {partition} says that signals end at {snapshot.PublishedEnd}"
        );
    }

    /// <param name="isFinal">A rollback that was commanded, not one for want of news.</param>
    public void OnTraffic(string agent, string version, int weightPct, bool isFinal)
    {
        if (isFinal)
            _withdrawn.Add((agent, version));
        Require(
            weightPct == 0 || !_withdrawn.Contains((agent, version)),
            "no weight rises after a rollback",
            () => $"{agent} gives {version} {weightPct} %"
        );
    }

    public static void RequireAtMost(int max, int held, string lane) =>
        Require(held <= max, "memory is bounded", () => $"{lane} holds {held}, at most {max} are allowed");

    /// <summary>After the last fault and a time of grace.</summary>
    public void AtEnd()
    {
        _journal.AtEnd(broker, world.NowMs);
        _signals.AtEnd();
    }
}
