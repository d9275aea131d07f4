using CanaryStreams.Core.Telemetry;
using Confluent.Kafka;

namespace CanaryStreams.Kafka;

/// <summary>The records of one poll, by partition in the order of their first record.</summary>
internal sealed class PollBuffer
{
    private readonly List<(TopicPartition Partition, RawBatchBuilder Builder)> _builders = [];
    private readonly Dictionary<TopicPartition, RawBatchBuilder> _byPartition = [];
    private RawBatchBuilder? _last;
    private TopicPartition _lastPartition;

    public int Records { get; private set; }

    public long Bytes { get; private set; }

    public void Add(ConsumeResult<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> result)
    {
        var message = result.Message;
        Records++;
        Bytes += message.Key.Length + message.Value.Length;
        BuilderOf(new TopicPartition(result.Topic, result.Partition.Value))
            .Add(
                result.Offset.Value,
                message.Timestamp.Type == TimestampType.NotAvailable ? 0 : message.Timestamp.UnixTimestampMs,
                message.Key.Span,
                message.Value.Span,
                HeadersOf(message.Headers)
            );
    }

    /// <summary>Forgets records of partitions that went away while the poll was under way: their new owner reads them.</summary>
    public void Drop(IEnumerable<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
            if (_byPartition.Remove(partition, out var builder))
            {
                builder.Discard();
                _builders.RemoveAll(entry => entry.Partition == partition);
            }
        _last = null;
    }

    public IReadOnlyList<RawBatch> Take()
    {
        var batches = _builders.ConvertAll(entry => entry.Builder.Build());
        Clear();
        return batches;
    }

    public void Discard()
    {
        foreach (var (_, builder) in _builders)
            builder.Discard();
        Clear();
    }

    private void Clear()
    {
        _builders.Clear();
        _byPartition.Clear();
        _last = null;
        Records = 0;
        Bytes = 0;
    }

    private RawBatchBuilder BuilderOf(TopicPartition partition)
    {
        if (_last is not null && partition == _lastPartition)
            return _last;
        if (!_byPartition.TryGetValue(partition, out var builder))
        {
            builder = new RawBatchBuilder(partition.Topic, partition.Partition);
            _byPartition.Add(partition, builder);
            _builders.Add((partition, builder));
        }
        (_last, _lastPartition) = (builder, partition);
        return builder;
    }

    private static RecordHeader[]? HeadersOf(Headers? headers)
    {
        if (headers is null || headers.Count == 0)
            return null;
        var result = new RecordHeader[headers.Count];
        for (var i = 0; i < result.Length; i++)
            result[i] = new RecordHeader(headers[i].Key, headers[i].GetValueBytes());
        return result;
    }
}
