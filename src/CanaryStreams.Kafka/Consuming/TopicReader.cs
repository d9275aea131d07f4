using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Kafka;

/// <summary>
/// Reads a whole topic from its beginning, all partitions, on its own and in no group: for topics that every process has to
/// know. For one thread.
/// </summary>
public sealed class TopicReader : IDisposable
{
    private readonly IConsumer<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> _consumer;
    private readonly KafkaSettings _settings;
    private readonly ILogger _logger;
    private readonly string _topic;

    /// <summary>Partitions that held something at the start and whose end hasn't been reached yet.</summary>
    private readonly HashSet<int> _left = [];

    /// <exception cref="KafkaSettingsException">Settings that can't be used.</exception>
    /// <exception cref="BrokerException">The broker doesn't say what it has.</exception>
    public TopicReader(KafkaSettings settings, string topic, int partitions, ILogger logger)
    {
        _settings = settings;
        _logger = logger;
        _topic = topic;
        _consumer = ClientFactory.Consumer(
            settings,
            builder => builder.SetErrorHandler((_, error) => OnError(error)),
            logger,
            tellsEnds: true
        );
        var offsets = new OffsetRequests(_consumer, hasTimeIndex: !settings.IsEmbedded);
        var begin = new List<TopicPartitionOffset>();
        for (var partition = 0; partition < partitions; partition++)
        {
            var (low, high) = offsets.Watermarks(new TopicPartition(topic, partition));
            begin.Add(new TopicPartitionOffset(topic, partition, low));
            if (high > low)
                _left.Add(partition);
        }
        _consumer.Assign(begin);
    }

    /// <summary>All that was there when the reader began is read.</summary>
    public bool IsCaughtUp => _left.Count == 0;

    /// <returns>The next record's value, the caller's own; null where none came in time, or a partition's end did.</returns>
    /// <exception cref="BrokerException">The client can't go on.</exception>
    public byte[]? Read(TimeSpan max)
    {
        try
        {
            var result = _consumer.Consume(max);
            if (result?.IsPartitionEOF == true)
                _left.Remove(result.Partition.Value);
            return result is null || result.IsPartitionEOF ? null : result.Message.Value.ToArray();
        }
        catch (KafkaException exception)
        {
            if (exception.Error.IsFatal || exception.Error.Code == ErrorCode.TopicAuthorizationFailed)
                throw new BrokerException(
                    $"Reading {_topic}: {ErrorText.Of(exception.Error, _settings, _topic)}.",
                    exception
                );
            if (exception is ConsumeException { Error.Code: ErrorCode.Local_AutoOffsetReset } gone)
                BeginAnew(gone.ConsumerRecord.TopicPartition);
            OnError(exception.Error);
            return null;
        }
    }

    public void Dispose()
    {
        _consumer.Close();
        _consumer.Dispose();
    }

    /// <summary>The broker has dropped what the reader was about to read: on with what it still has.</summary>
    private void BeginAnew(Confluent.Kafka.TopicPartition partition)
    {
        _consumer.IncrementalUnassign([partition]);
        _consumer.IncrementalAssign([new TopicPartitionOffset(partition, Offset.Beginning)]);
    }

    private void OnError(Error error)
    {
        // The client asks for the coordinator of its configured group, which a reader in no group has no need of.
        if (!error.IsFatal && error.Code != ErrorCode.GroupAuthorizationFailed)
            KafkaLog.BrokerTrouble(_logger, BrokerError.From(error, _settings, _topic));
    }
}
