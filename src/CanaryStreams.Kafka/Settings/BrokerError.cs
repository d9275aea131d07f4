namespace CanaryStreams.Kafka;

/// <summary>Trouble that the client recovers from by itself: a broker that is away, a partition without a leader.</summary>
/// <param name="Code">librdkafka's name of the error.</param>
public sealed record BrokerError(string Code, string Reason)
{
    public override string ToString() => $"{Reason} [{Code}]";

    internal static BrokerError From(Confluent.Kafka.Error error) => new(error.Code.ToString(), error.Reason);
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
