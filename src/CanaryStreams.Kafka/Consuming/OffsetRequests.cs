using Confluent.Kafka;

namespace CanaryStreams.Kafka;

/// <summary>What a consumer asks the broker about offsets.</summary>
internal sealed class OffsetRequests(IConsumer<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> consumer, bool hasTimeIndex)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public IReadOnlyList<PartitionOffset> Committed(IEnumerable<TopicPartition> partitions) =>
        [
            .. Ask(() => consumer.Committed(partitions.Select(partition => partition.ToNative()), Timeout))
                .Where(found => found.Offset.Value >= 0)
                .Select(found => new PartitionOffset(found.Topic, found.Partition.Value, found.Offset.Value)),
        ];

    public IReadOnlyList<PartitionOffset> ForTime(IReadOnlyList<TopicPartition> partitions, DateTimeOffset time)
    {
        if (!hasTimeIndex)
            return [.. partitions.Select(one => new PartitionOffset(one.Topic, one.Partition, Watermarks(one).Low))];
        var from = new Timestamp(time);
        var wanted = partitions.Select(one => new TopicPartitionTimestamp(one.ToNative(), from));
        return
        [
            .. Ask(() => consumer.OffsetsForTimes(wanted, Timeout))
                .Select(found => new PartitionOffset(found.Topic, found.Partition.Value, OrEnd(found))),
        ];
    }

    public (long Low, long High) Watermarks(TopicPartition partition)
    {
        var found = Ask(() => consumer.QueryWatermarkOffsets(partition.ToNative(), Timeout));
        return (found.Low.Value, found.High.Value);
    }

    private long OrEnd(TopicPartitionOffset found) =>
        found.Offset.IsSpecial ? Watermarks(TopicPartition.From(found.TopicPartition)).High : found.Offset.Value;

    private static T Ask<T>(Func<T> request)
    {
        try
        {
            return request();
        }
        catch (KafkaException exception)
        {
            throw new BrokerException($"Asking Kafka for offsets: {exception.Error.Reason}.", exception);
        }
    }
}
