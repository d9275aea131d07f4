using System.Text;
using Confluent.Kafka;

namespace CanaryStreams.Integration.Tests.Soak;

/// <summary>A record as somebody outside of the engine reads it.</summary>
/// <param name="TimestampMs">The broker's, Unix milliseconds.</param>
internal sealed record Found(
    string Topic,
    int Partition,
    long Offset,
    long TimestampMs,
    string Key,
    byte[] Value,
    IReadOnlyDictionary<string, string> Headers
)
{
    public string Text => Encoding.UTF8.GetString(Value);
}

/// <summary>Kafka clients that share nothing with the engine but the broker.</summary>
internal static class Outside
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Waits for the broker for as long as that takes; keeps the order of what it is given.</summary>
    public static IProducer<string, byte[]> Producer(string bootstrap) => new ProducerBuilder<string, byte[]>(
            new ProducerConfig
            {
                BootstrapServers = bootstrap,
                EnableIdempotence = true,
                LingerMs = 5,
                MessageTimeoutMs = 0,
                QueueBufferingMaxMessages = 2_000_000,
                ReconnectBackoffMaxMs = 1_000,
            }
        ).SetLogHandler((_, _) => { }).Build();

    /// <summary>In no group; the caller assigns.</summary>
    public static IConsumer<string, byte[]> Consumer(string bootstrap) => new ConsumerBuilder<string, byte[]>(
            new ConsumerConfig
            {
                BootstrapServers = bootstrap,
                GroupId = "outside",
                EnableAutoCommit = false,
                AutoOffsetReset = AutoOffsetReset.Earliest,
                FetchWaitMaxMs = 50,
                ReconnectBackoffMaxMs = 1_000,
            }
        ).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    /// <summary>Everything that a topic holds now, by partition in the order of the offsets.</summary>
    public static IReadOnlyList<Found> ReadAll(string bootstrap, string topic)
    {
        using var consumer = Consumer(bootstrap);
        var partitions = Partitions(bootstrap, topic);
        var found = new List<Found>();
        foreach (var partition in partitions)
        {
            var (low, high) = Offsets(consumer, partition);
            consumer.Assign(new TopicPartitionOffset(partition, low));
            while (low < high)
            {
                var result =
                    consumer.Consume(Patience)
                    ?? throw new TimeoutException($"{partition} has {high} records, and none came after {low}.");
                low = result.Offset.Value + 1;
                found.Add(Of(result));
            }
        }
        consumer.Close();
        return found;
    }

    /// <summary>Records of a topic up to now, as the broker counts them.</summary>
    public static long Count(string bootstrap, string topic)
    {
        using var consumer = Consumer(bootstrap);
        return Partitions(bootstrap, topic).Sum(partition => Offsets(consumer, partition).High);
    }

    public static IReadOnlyList<TopicPartition> Partitions(string bootstrap, string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap })
            .SetLogHandler((_, _) => { })
            .Build();
        var metadata = admin.GetMetadata(topic, Patience);
        return [.. metadata.Topics.Single().Partitions.Select(one => new TopicPartition(topic, one.PartitionId))];
    }

    public static Found Of(ConsumeResult<string, byte[]> result) =>
        new(
            result.Topic,
            result.Partition.Value,
            result.Offset.Value,
            result.Message.Timestamp.UnixTimestampMs,
            result.Message.Key ?? "",
            result.Message.Value ?? [],
            result.Message.Headers.ToDictionary(
                header => header.Key,
                header => Encoding.UTF8.GetString(header.GetValueBytes() ?? [])
            )
        );

    private static (long Low, long High) Offsets(IConsumer<string, byte[]> consumer, TopicPartition partition)
    {
        var offsets = consumer.QueryWatermarkOffsets(partition, Patience);
        return (offsets.Low.Value, offsets.High.Value);
    }
}
