namespace CanaryStreams.Kafka;

/// <summary>
/// What a <see cref="PartitionConsumer"/> tells its owner. All are called from inside its own methods, on the caller's
/// thread, one at a time. An exception thrown by one comes out of <see cref="PartitionConsumer.Poll"/>; after one from
/// <see cref="Assigned"/> the consumer is of no more use.
/// </summary>
public sealed record ConsumerCallbacks
{
    /// <summary>
    /// Partitions came to this member. Returns where to begin in those that shouldn't begin at the committed offset;
    /// null or a missing partition: committed. Pausing and seeking have to wait for the next poll.
    /// </summary>
    public Func<IReadOnlyList<TopicPartition>, IReadOnlyList<PartitionOffset>?>? Assigned { get; init; }

    /// <summary>Partitions are about to go to another member; commits made here still count.</summary>
    public Action<IReadOnlyList<TopicPartition>>? Revoked { get; init; }

    /// <summary>Partitions have gone already (this member was away for too long); commits would be refused.</summary>
    public Action<IReadOnlyList<TopicPartition>>? Lost { get; init; }

    /// <summary>Trouble that the client recovers from by itself. A refused commit is none: <see cref="PartitionConsumer.Commit"/> says it.</summary>
    public Action<BrokerError>? ErrorOccurred { get; init; }

    /// <summary>
    /// The broker dropped records before they were read: partition, first offset missing, offset it goes on at (the
    /// smaller one where the topic was made anew). Told with the first record that follows.
    /// </summary>
    public Action<TopicPartition, long, long>? RecordsLost { get; init; }
}
