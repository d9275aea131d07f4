using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Kafka;

/// <summary>Reads what one partition holds now, from a place on to its end, in no group.</summary>
public static class PartitionTail
{
    private static readonly TimeSpan PollFor = TimeSpan.FromMilliseconds(100);

    /// <param name="from">The first offset wanted; where it is null, the first one not before <paramref name="since"/>.</param>
    /// <param name="take">Gets each record's value, which is valid during the call only.</param>
    /// <returns>The partition's end, up to which all is read.</returns>
    /// <exception cref="BrokerException">The broker doesn't answer, or the client can't go on.</exception>
    public static long Read(
        KafkaSettings settings,
        TopicPartition partition,
        long? from,
        DateTimeOffset since,
        Action<ReadOnlyMemory<byte>> take,
        ILogger logger,
        CancellationToken stop
    )
    {
        using var consumer = ClientFactory.Consumer(
            settings,
            builder =>
                builder.SetErrorHandler(
                    (_, error) => KafkaLog.BrokerTrouble(logger, BrokerError.From(error, settings, partition.Topic))
                ),
            logger,
            tellsEnds: true
        );
        var offsets = new OffsetRequests(consumer, hasTimeIndex: !settings.IsEmbedded);
        var (low, end) = offsets.Watermarks(partition);
        var begin = from ?? offsets.ForTime([partition], since)[0].NextOffset;
        begin = begin > end ? low : Math.Max(low, begin);
        if (begin >= end)
            return end;
        consumer.Assign(new TopicPartitionOffset(partition.ToNative(), begin));
        while (!Next(consumer, end, take, settings))
            stop.ThrowIfCancellationRequested();
        return end;
    }

    /// <returns>Whether the end is reached.</returns>
    private static bool Next(
        IConsumer<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> consumer,
        long end,
        Action<ReadOnlyMemory<byte>> take,
        KafkaSettings settings
    )
    {
        try
        {
            if (consumer.Consume(PollFor) is not { } result)
                return false;
            if (result.IsPartitionEOF)
                return result.Offset.Value >= end;
            take(result.Message.Value);
            return result.Offset.Value + 1 >= end;
        }
        catch (KafkaException exception)
        {
            var reason = ErrorText.Of(exception.Error, settings, Core.Telemetry.Topics.Signals);
            throw new BrokerException($"Reading what is published: {reason}.", exception);
        }
    }
}
