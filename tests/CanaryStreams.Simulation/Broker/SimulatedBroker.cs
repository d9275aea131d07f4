using System.Text;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Kafka;
using CanaryStreams.Simulation.World;

namespace CanaryStreams.Simulation.Broker;

/// <summary>Topics as append-only logs, with the broker's timestamps, and the groups' committed offsets.</summary>
internal sealed class SimulatedBroker(SimulatedWorld world, int partitions)
{
    private readonly Dictionary<TopicPartition, List<RawRecord>> _logs = [];
    private long _lastMs;

    public int Partitions => partitions;

    public long AwayUntilMs { get; set; }

    public bool IsAway => world.NowMs < AwayUntilMs;

    public List<SimulatedGroup> Groups { get; } = [];

    public IReadOnlyList<RawRecord> Log(string topic, int partition) =>
        _logs.GetValueOrDefault(new TopicPartition(topic, partition)) ?? [];

    public long End(TopicPartition partition) => _logs.GetValueOrDefault(partition)?.Count ?? 0;

    public int PartitionOf(ReadOnlySpan<byte> key)
    {
        var hash = 2166136261u;
        foreach (var one in key)
            hash = (hash ^ one) * 16777619;
        return (int)(hash % (uint)partitions);
    }

    public int PartitionOf(string key) => PartitionOf(Encoding.UTF8.GetBytes(key));

    /// <param name="by">Who sent it.</param>
    /// <param name="isOfDead">Its sender doesn't know any more that it sent it.</param>
    /// <returns>Offset behind it.</returns>
    public PartitionOffset Append(OutputRecord record, string by, bool isOfDead = false)
    {
        var partition = record.Partition ?? PartitionOf(record.Key.Span);
        var at = new TopicPartition(record.Topic, partition);
        if (!_logs.TryGetValue(at, out var log))
            _logs[at] = log = [];
        _lastMs = Math.Max(_lastMs + 1, world.NowMs);
        var stored = new RawRecord(
            record.Topic,
            partition,
            log.Count,
            _lastMs,
            record.Key.ToArray(),
            record.Value.ToArray(),
            record.Headers
        );
        log.Add(stored);
        if (record.Topic is not (Topics.Telemetry or Topics.Events))
            world.Tell(by, $"-> {at} @{stored.Offset}{(isOfDead ? " (late)" : "")} {Short(record)}");
        world.Checks.OnRecord(stored, by, isOfDead);
        return new PartitionOffset(record.Topic, partition, log.Count);
    }

    private static string Short(OutputRecord record)
    {
        var text = Encoding.UTF8.GetString(record.Value.Span);
        return text.Length > 110 ? text[..110] : text;
    }
}
