using Confluent.Kafka;

namespace CanaryStreams.Kafka;

/// <summary>
/// The partitions that come along with those that the group assigns. They are taken up and let go between two calls of
/// the client, which forbids it inside its callbacks.
/// </summary>
internal sealed class Companions
{
    private readonly List<TopicPartitionOffset> _toTakeUp = [];
    private readonly List<Confluent.Kafka.TopicPartition> _toLetGo = [];

    /// <summary>The topics that come along.</summary>
    public IReadOnlyList<string> Topics { get; set; } = [];

    /// <summary>The partitions given, then the same ones of the topics that come along.</summary>
    public List<TopicPartition> With(List<Confluent.Kafka.TopicPartition> partitions) =>
        [
            .. partitions.Select(TopicPartition.From),
            .. Topics.SelectMany(topic =>
                partitions.Select(partition => new TopicPartition(topic, partition.Partition.Value))
            ),
        ];

    public void TakeUpLater(IEnumerable<TopicPartitionOffset> positions) => _toTakeUp.AddRange(positions);

    public void LetGoLater(IEnumerable<TopicPartition> partitions)
    {
        foreach (var partition in partitions.Select(one => one.ToNative()))
            if (_toTakeUp.RemoveAll(position => position.TopicPartition == partition) == 0)
                _toLetGo.Add(partition);
    }

    /// <summary>Whether a partition waits to be taken up; until then what comes from it is from an earlier stay.</summary>
    public bool IsUnsettled(TopicPartition partition) =>
        _toTakeUp.Count > 0 && _toTakeUp.Exists(position => TopicPartition.From(position.TopicPartition) == partition);

    public void Settle<TKey, TValue>(IConsumer<TKey, TValue> consumer)
    {
        if (_toLetGo.Count > 0)
        {
            consumer.IncrementalUnassign(_toLetGo);
            _toLetGo.Clear();
        }
        if (_toTakeUp.Count > 0)
        {
            consumer.IncrementalAssign(_toTakeUp);
            _toTakeUp.Clear();
        }
    }
}
