using System.Collections.Concurrent;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Live;

/// <summary>The batches that records were taken from, given back together.</summary>
internal sealed class Batches(IReadOnlyList<RawBatch> batches) : IDisposable
{
    public void Dispose()
    {
        foreach (var batch in batches)
            batch.Dispose();
    }
}

/// <summary>Offsets to commit once records of several topics and partitions are done with.</summary>
internal static class Offsets
{
    public static IEnumerable<PartitionOffset> After(IReadOnlyList<RawRecord> records)
    {
        var next = new Dictionary<TopicPartition, long>();
        foreach (var record in records)
            next[new TopicPartition(record.Topic, record.Partition)] = record.Offset + 1;
        return next.Select(offset => new PartitionOffset(offset.Key.Topic, offset.Key.Partition, offset.Value));
    }

    /// <summary>All that a queue holds now.</summary>
    public static IReadOnlyCollection<PartitionOffset> Drain(ConcurrentQueue<PartitionOffset> queue)
    {
        if (queue.IsEmpty)
            return [];
        var drained = new List<PartitionOffset>();
        while (queue.TryDequeue(out var offset))
            drained.Add(offset);
        return drained;
    }

    /// <summary>The newest of each partition.</summary>
    public static IReadOnlyCollection<PartitionOffset> Newest(IEnumerable<PartitionOffset> offsets) =>
        [
            .. offsets
                .GroupBy(offset => new TopicPartition(offset.Topic, offset.Partition))
                .Select(group => group.MaxBy(offset => offset.NextOffset)),
        ];
}
