namespace CanaryStreams.Kafka;

/// <summary>What a group and the broker know of partitions: enough to say where to begin in one.</summary>
public interface IPartitionOffsets
{
    /// <summary>The group's committed offsets; partitions without one are left out.</summary>
    /// <exception cref="BrokerException">No answer in time; this holds for the next two as well.</exception>
    IReadOnlyList<PartitionOffset> Committed(IEnumerable<TopicPartition> partitions);

    /// <summary>First offset whose timestamp is not before <paramref name="time"/>; the end where there is none.</summary>
    IReadOnlyList<PartitionOffset> OffsetsForTime(IReadOnlyList<TopicPartition> partitions, DateTimeOffset time);

    /// <summary>First offset that the broker still has, and the one that the next record will get.</summary>
    (long Low, long High) Watermarks(TopicPartition partition);
}
