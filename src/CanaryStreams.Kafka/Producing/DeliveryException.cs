namespace CanaryStreams.Kafka;

/// <summary>A record was not acknowledged. Others of the same call may have been.</summary>
public class DeliveryException(string topic, string reason) : Exception($"Not delivered to {topic}: {reason}.")
{
    public string Topic { get; } = topic;

    public string Reason { get; } = reason;
}

/// <summary>
/// A record is larger than the client's <c>message.max.bytes</c> or the topic's <c>max.message.bytes</c>: sending it again is
/// of no use.
/// </summary>
public sealed class RecordTooLargeException(string topic, string reason) : DeliveryException(topic, reason);
