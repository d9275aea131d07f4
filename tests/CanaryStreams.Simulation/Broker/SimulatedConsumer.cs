using CanaryStreams.Core.Telemetry;
using CanaryStreams.Kafka;
using CanaryStreams.Simulation.Engine;
using CanaryStreams.Simulation.World;

namespace CanaryStreams.Simulation.Broker;

/// <summary>A member of a group, as a process has it.</summary>
internal sealed class SimulatedConsumer(
    SimulatedWorld world,
    SimulatedBroker broker,
    SimulatedGroup group,
    SimulatedProcess process,
    IReadOnlyList<string> topics,
    bool mayLag
) : IPartitionOffsets
{
    private readonly Dictionary<TopicPartition, long> _positions = [];
    private readonly Dictionary<TopicPartition, long> _known = [];

    public SimulatedProcess Process => process;
    public long HeardMs { get; set; }
    public long PolledMs { get; set; }
    public Queue<int> ToAssign { get; } = new();
    public Queue<int> ToRevoke { get; } = new();

    public bool IsOut => !group.Has(this);

    /// <summary>The broker can't be reached, and the client knows it.</summary>
    public bool IsCut => broker.IsAway || world.NowMs < process.BrokerCutUntilMs;

    public IReadOnlyList<PartitionOffset> Committed(IEnumerable<TopicPartition> partitions)
    {
        Ask("committed");
        return
        [
            .. partitions
                .Where(one => group.Committed(one) is not null)
                .Select(one => new PartitionOffset(one.Topic, one.Partition, group.Committed(one)!.Value)),
        ];
    }

    public IReadOnlyList<PartitionOffset> OffsetsForTime(IReadOnlyList<TopicPartition> partitions, DateTimeOffset time)
    {
        Ask("offsets for time");
        var timeMs = time.ToUnixTimeMilliseconds();
        return
        [
            .. partitions.Select(one => new PartitionOffset(
                one.Topic,
                one.Partition,
                broker.Log(one.Topic, one.Partition).TakeWhile(record => record.TimestampMs < timeMs).Count()
            )),
        ];
    }

    public (long Low, long High) Watermarks(TopicPartition partition)
    {
        Ask("watermarks");
        return (0, broker.End(partition));
    }

    public void Begin(int partition, IReadOnlyDictionary<string, long> begin)
    {
        foreach (var (topic, offset) in begin)
            _positions[new TopicPartition(topic, partition)] = offset;
    }

    public void Forget(int partition)
    {
        foreach (var topic in topics)
            _positions.Remove(new TopicPartition(topic, partition));
    }

    public long? KnownEnd(TopicPartition partition) => _known.TryGetValue(partition, out var end) ? end : null;

    /// <summary>Some of what is new of each topic, cut anywhere.</summary>
    public IReadOnlyList<RawBatch> Poll(int recordsMax, Func<TopicPartition, bool> isPaused)
    {
        PolledMs = world.NowMs;
        if (IsCut)
            return [];
        var batches = new List<RawBatch>();
        foreach (
            var (at, from) in _positions
                .OrderBy(one => one.Key.Partition)
                .ThenBy(one => one.Key.Topic, StringComparer.Ordinal)
                .ToList()
        )
        {
            var end = broker.End(at);
            if (end > from && mayLag && world.Strikes(FaultKind.FetchLag, process.Name, at.ToString()))
                continue;
            _known[at] = end;
            if (end <= from || isPaused(at))
                continue;
            var count = (int)Math.Min(end - from, 1 + world.Between(0, recordsMax));
            batches.Add(RawBatch.Of([.. broker.Log(at.Topic, at.Partition).Skip((int)from).Take(count)]));
            _positions[at] = from + count;
        }
        return batches;
    }

    public void Commit(IReadOnlyCollection<PartitionOffset> offsets)
    {
        process.Point($"before commit of {string.Join(' ', offsets)}");
        if (IsCut || IsOut || world.Strikes(FaultKind.CommitLost, process.Name, "commit"))
            return;
        world.Tell(process.Name, $"commits {string.Join(' ', offsets)}");
        group.Commit(offsets);
        process.Point("after commit");
    }

    private void Ask(string what)
    {
        process.Point(what);
        if (IsCut)
            throw new BrokerException($"{what}: no answer");
    }
}
