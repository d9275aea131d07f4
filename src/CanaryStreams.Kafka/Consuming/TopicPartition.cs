namespace CanaryStreams.Kafka;

/// <summary>One partition of a topic.</summary>
public readonly record struct TopicPartition(string Topic, int Partition)
{
    public override string ToString() => $"{Topic}[{Partition}]";

    internal Confluent.Kafka.TopicPartition ToNative() => new(Topic, Partition);

    internal static TopicPartition From(Confluent.Kafka.TopicPartition partition) =>
        new(partition.Topic, partition.Partition.Value);
}

/// <summary>Where to go on in a partition.</summary>
/// <param name="NextOffset">The first offset that has not been dealt with.</param>
public readonly record struct PartitionOffset(string Topic, int Partition, long NextOffset)
{
    public override string ToString() => $"{Topic}[{Partition}]@{NextOffset}";

    internal Confluent.Kafka.TopicPartitionOffset ToNative() => new(Topic, Partition, NextOffset);
}
