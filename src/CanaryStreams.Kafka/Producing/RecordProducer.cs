using CanaryStreams.Core.Telemetry;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CanaryStreams.Kafka;

/// <summary>
/// Sends records and waits until every in-sync replica has them. Idempotent: the client's own retries neither double nor
/// reorder what one producer sends to a partition. For any number of threads; a record of a call is after those of the
/// calls that began earlier on the same thread.
/// </summary>
public sealed class RecordProducer : IRecordSender, IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan FullQueueDelay = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(10);

    private readonly KafkaSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action<BrokerError>? _onError;
    private readonly IProducer<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> _producer;
    private volatile string? _fatal;

    /// <param name="onError">Told of trouble that the client recovers from by itself; on a thread of the client's.</param>
    /// <exception cref="KafkaSettingsException">Settings that can't be used.</exception>
    public RecordProducer(
        KafkaSettings settings,
        TimeProvider? time = null,
        Action<BrokerError>? onError = null,
        ILogger? logger = null
    )
    {
        _settings = settings;
        _time = time ?? TimeProvider.System;
        _onError = onError;
        _logger = logger ?? NullLogger.Instance;
        _producer = ClientFactory.Producer(settings, OnError, _logger);
    }

    /// <inheritdoc cref="SendAsync(IReadOnlyList{OutputRecord}, CancellationToken)"/>
    public Task<IReadOnlyCollection<PartitionOffset>> SendAsync(
        OutputRecord record,
        CancellationToken cancellation = default
    ) => SendAsync([record], cancellation);

    /// <summary>
    /// Sends records in their order; done when all are acknowledged. A full send queue is waited out. Their memory must stay
    /// as it is until then. Cancelling ends the waiting only: records handed over may still arrive.
    /// </summary>
    public async Task<IReadOnlyCollection<PartitionOffset>> SendAsync(
        IReadOnlyList<OutputRecord> records,
        CancellationToken cancellation = default
    )
    {
        var pending = new PendingSend(FailureOf);
        var onDelivery = pending.OnDelivery;
        for (var i = 0; i < records.Count; i++)
            while (!TryProduce(records[i], pending, onDelivery))
                await Task.Delay(FullQueueDelay, _time, cancellation);
        pending.Release();
        await pending.Done.WaitAsync(cancellation);
        return pending.NextOffsets;
    }

    /// <summary>Ends without waiting: what hasn't arrived yet is dropped.</summary>
    public void Dispose() => _producer.Dispose();

    public async ValueTask DisposeAsync()
    {
        // Flushing blocks its thread until what is under way has arrived or failed.
        await Task.Run(() => _producer.Flush(FlushTimeout));
        _producer.Dispose();
    }

    /// <summary>Behind a fatal error records are given back unsent; what is told then is that error.</summary>
    private Exception FailureOf(string topic, Error error) =>
        error switch
        {
            _ when error.IsFatal || _fatal is not null => new BrokerException(
                $"The Kafka producer can't go on: {_fatal ?? ErrorText.Of(error, _settings)}."
            ),
            { Code: ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge } => new RecordTooLargeException(
                topic,
                error.Reason
            ),
            _ => new DeliveryException(topic, ErrorText.Of(error, _settings, topic, right: "Write")),
        };

    /// <summary>False where the send queue is full and nothing was done.</summary>
    private bool TryProduce(
        OutputRecord record,
        PendingSend pending,
        Action<DeliveryReport<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> onDelivery
    )
    {
        pending.Expect();
        try
        {
            var to = new Confluent.Kafka.TopicPartition(record.Topic, record.Partition ?? Partition.Any);
            _producer.Produce(to, MessageOf(record), onDelivery);
            return true;
        }
        catch (ProduceException<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> exception)
        {
            var isFull = exception.Error.Code == ErrorCode.Local_QueueFull;
            if (!isFull)
                pending.Fail(FailureOf(record.Topic, exception.Error));
            pending.Release();
            return !isFull;
        }
    }

    private static Message<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> MessageOf(OutputRecord record)
    {
        var message = new Message<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>
        {
            Key = record.Key,
            Value = record.Value,
        };
        if (record.Headers is { Count: > 0 } headers)
        {
            message.Headers = [];
            foreach (var header in headers)
                message.Headers.Add(header.Name, header.Value.ToArray());
        }
        return message;
    }

    private void OnError(Error error)
    {
        var trouble = BrokerError.From(error, _settings);
        if (error.IsFatal)
            _fatal = trouble.Reason;
        KafkaLog.BrokerTrouble(_logger, trouble);
        _onError?.Invoke(trouble);
    }
}
