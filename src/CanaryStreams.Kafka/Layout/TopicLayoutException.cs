namespace CanaryStreams.Kafka;

/// <summary>The topics on the broker don't fit the configuration, and only an operator can change that.</summary>
public sealed class TopicLayoutException(string message) : Exception(message);
