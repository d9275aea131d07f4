namespace CanaryStreams.Kafka;

/// <summary>Trouble that the client recovers from by itself: a broker that is away, a partition without a leader.</summary>
/// <param name="Code">librdkafka's name of the error.</param>
public sealed record BrokerError(string Code, string Reason)
{
    /// <summary>No broker can be reached any more; said once, when the last one goes.</summary>
    public bool IsOfAllBrokers => Code == nameof(Confluent.Kafka.ErrorCode.Local_AllBrokersDown);

    public override string ToString() => $"{Reason} [{Code}]";

    /// <param name="topic">What was being read; null where that isn't known.</param>
    internal static BrokerError From(Confluent.Kafka.Error error, KafkaSettings settings, string? topic = null) =>
        new(error.Code.ToString(), ErrorText.Of(error, settings, topic));
}

/// <summary>Trouble that the client can't recover from: it has to be made anew, or the configuration is wrong.</summary>
public sealed class BrokerException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The broker has refused what was asked: trying again is of no use before somebody changes its rules.</summary>
    public bool IsRefusal =>
        InnerException
            is Confluent.Kafka.KafkaException
            {
                Error.Code: Confluent.Kafka.ErrorCode.TopicAuthorizationFailed
                    or Confluent.Kafka.ErrorCode.GroupAuthorizationFailed
                    or Confluent.Kafka.ErrorCode.ClusterAuthorizationFailed
            };
}
