namespace CanaryStreams.Kafka;

/// <summary>Settings that can't be used: bad configuration, nothing was started.</summary>
public sealed class KafkaSettingsException(IReadOnlyList<string> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
