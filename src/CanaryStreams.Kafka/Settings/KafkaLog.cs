using Microsoft.Extensions.Logging;

namespace CanaryStreams.Kafka;

internal static partial class KafkaLog
{
    [LoggerMessage(2000, LogLevel.Information, "Kafka client: {Settings}; librdkafka {Version}.")]
    public static partial void ClientStarted(ILogger logger, KafkaSettings settings, string version);

    [LoggerMessage(2001, LogLevel.Warning, "Kafka: {Error} (librdkafka goes on trying).")]
    public static partial void BrokerTrouble(ILogger logger, BrokerError error);

    [LoggerMessage(2002, LogLevel.Debug, "librdkafka {Facility}: {Message}")]
    public static partial void Native(ILogger logger, string facility, string message);

    [LoggerMessage(2010, LogLevel.Information, "Assigned {Partitions}.")]
    public static partial void Assigned(ILogger logger, string partitions);

    [LoggerMessage(2011, LogLevel.Information, "Revoked {Partitions}.")]
    public static partial void Revoked(ILogger logger, string partitions);

    [LoggerMessage(2012, LogLevel.Warning, "Lost {Partitions}: this member fell out of its group.")]
    public static partial void Lost(ILogger logger, string partitions);

    [LoggerMessage(
        2013,
        LogLevel.Error,
        "Records of {Partition} from offset {From} on are gone, before they were read; going on at {To}. "
            + "The topic keeps too little, or the engine was away for too long."
    )]
    public static partial void RecordsLost(ILogger logger, TopicPartition partition, long from, long to);

    [LoggerMessage(2014, LogLevel.Warning, "Offsets not committed: {Reason}. Their records will be read again.")]
    public static partial void CommitRefused(ILogger logger, string reason);

    [LoggerMessage(2020, LogLevel.Warning, "Waiting for Kafka at {Bootstrap}, attempt {Attempt}: {Reason}.")]
    public static partial void WaitingForBroker(ILogger logger, string bootstrap, int attempt, string reason);

    [LoggerMessage(2021, LogLevel.Information, "Created topic {Topic} with {Partitions} partitions.")]
    public static partial void TopicCreated(ILogger logger, string topic, int partitions);

    [LoggerMessage(2030, LogLevel.Information, "Embedded broker on {Bootstrap}. {Limits}")]
    public static partial void EmbeddedStarted(ILogger logger, string bootstrap, string limits);
}
