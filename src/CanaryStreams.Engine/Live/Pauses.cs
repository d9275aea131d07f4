using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// Which partitions of a consumer are paused because too much of them waits. Each topic for itself: while one of them is
/// waited for, it has to be read on.
/// </summary>
internal sealed class Pauses(IReadOnlyList<string> topics)
{
    private const int WaitingRecordsMax = 10_000;

    private readonly HashSet<TopicPartition> _paused = [];

    public void Update(PartitionConsumer consumer, int partition, MergedTopics merged)
    {
        foreach (var topic in topics)
        {
            var one = new TopicPartition(topic, partition);
            if (merged.Waiting(topic) >= WaitingRecordsMax && _paused.Add(one))
                consumer.Pause(one);
            else if (merged.Waiting(topic) == 0 && _paused.Remove(one))
                consumer.Resume(one);
        }
    }

    /// <summary>The partitions have gone to another member; should they come back, they come unpaused.</summary>
    public void Forget(IEnumerable<TopicPartition> gone) => _paused.ExceptWith(gone);
}
