using Confluent.Kafka;

namespace CanaryStreams.Kafka;

/// <summary>What each client is configured with: defaults, then the user's settings, then what must not change.</summary>
internal static class ClientConfiguration
{
    /// <summary>Largest record that the producer accepts unless configured; the limit of Kafka itself is a little above.</summary>
    public const int RecordBytesMax = 1_000_000;

    /// <summary>Bytes waiting to be sent; a full queue makes senders wait.</summary>
    public const int SendQueueKilobytesMax = 64 * 1024;

    /// <summary>Bytes fetched ahead for one consumer.</summary>
    public const int FetchQueueKilobytesMax = 32 * 1024;

    /// <param name="tellsEnds">The consumer tells when it has come to a partition's end.</param>
    public static ConsumerConfig Consumer(KafkaSettings settings, bool tellsEnds = false)
    {
        var configuration = new ConsumerConfig(Common(settings));
        // A killed member's partitions wait for this long; heartbeats have a thread of their own, so no pause of ours
        // uses it up.
        Default(configuration, "session.timeout.ms", settings.IsEmbedded ? "6000" : "10000");
        Default(configuration, "heartbeat.interval.ms", settings.IsEmbedded ? "500" : "2000");
        // A waiting fetch holds back partitions assigned or resumed meanwhile. The embedded broker waits it out even
        // when records arrive.
        Default(configuration, "fetch.wait.max.ms", settings.IsEmbedded ? "10" : "100");
        Default(configuration, "fetch.error.backoff.ms", "100");
        Default(configuration, "queued.max.messages.kbytes", $"{FetchQueueKilobytesMax}");
        Default(configuration, "allow.auto.create.topics", "false");
        Pass(configuration, settings);
        configuration.GroupId = settings.Group;
        configuration.EnablePartitionEof = tellsEnds;
        configuration.EnableAutoCommit = false;
        configuration.EnableAutoOffsetStore = false;
        configuration.AutoOffsetReset = AutoOffsetReset.Error;
        configuration.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky;
        return configuration;
    }

    public static ProducerConfig Producer(KafkaSettings settings)
    {
        var configuration = new ProducerConfig(Common(settings));
        Default(configuration, "linger.ms", "5");
        Default(configuration, "compression.codec", "lz4");
        Default(configuration, "message.max.bytes", $"{RecordBytesMax}");
        // While there is no broker records wait, however long that takes; the idempotent client keeps them in order.
        Default(configuration, "message.timeout.ms", "0");
        Default(configuration, "queue.buffering.max.kbytes", $"{SendQueueKilobytesMax}");
        Pass(configuration, settings);
        configuration.Acks = Acks.All;
        configuration.EnableIdempotence = true;
        configuration.Set("partitioner", settings.Partitioner);
        configuration.DeliveryReportFields = "none";
        return configuration;
    }

    public static AdminClientConfig Admin(KafkaSettings settings)
    {
        var configuration = new AdminClientConfig(Common(settings));
        Pass(configuration, settings);
        return configuration;
    }

    private static ClientConfig Common(KafkaSettings settings)
    {
        settings.ThrowIfInvalid();
        var configuration = new ClientConfig { BootstrapServers = settings.Bootstrap, ClientId = "canarystreams" };
        Default(configuration, "reconnect.backoff.max.ms", "2000");
        return configuration;
    }

    private static void Default(Config configuration, string key, string value) => configuration.Set(key, value);

    private static void Pass(Config configuration, KafkaSettings settings)
    {
        foreach (var (key, value) in settings.Librdkafka)
            configuration.Set(key, value);
    }
}
