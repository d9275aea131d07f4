using Confluent.Kafka;

namespace CanaryStreams.Kafka;

/// <summary>
/// What an error of librdkafka asks of whoever runs the engine: which login, which certificate, which right. Its own words
/// stay in it, without what is secret.
/// </summary>
internal static class ErrorText
{
    /// <summary>A secret's end of fewer characters than this can be in any text by chance.</summary>
    private const int SecretCharactersMin = 4;

    /// <summary>Below, Kafka 4 refuses SCRAM whatever the password is: the client's nonce is sent twice.</summary>
    private static readonly Version ScramRight = new(2, 6, 1);

    /// <param name="topic">What was being read or written; null where that isn't known.</param>
    /// <param name="right">What that takes.</param>
    public static string Of(Error error, KafkaSettings settings, string? topic = null, string right = "Read") =>
        WithoutSecrets(
            error.Code switch
            {
                ErrorCode.Local_Authentication => $"authentication failed: {error.Reason}{ScramAdvice(settings)}",
                ErrorCode.Local_Ssl => $"no TLS connection: {error.Reason}",
                ErrorCode.TopicAuthorizationFailed when topic is not null =>
                    $"the user lacks the right {right} on topic {topic}: {error.Reason}",
                ErrorCode.GroupAuthorizationFailed =>
                    $"the user lacks the right Read on group {settings.Group}: {error.Reason}",
                ErrorCode.ClusterAuthorizationFailed =>
                    $"the user lacks the right Write on the topics it writes to, or a right on the cluster: {error.Reason}",
                _ => error.Reason,
            },
            settings
        );

    /// <summary>librdkafka cites what it can't read, such as an OAuth configuration from its first bad word on.</summary>
    public static string WithoutSecrets(string text, KafkaSettings settings)
    {
        foreach (var (key, value) in settings.Librdkafka)
        {
            if (!LibrdkafkaSettings.IsSecret(key))
                continue;
            for (var from = 0; value.Length - from >= SecretCharactersMin; from++)
                text = text.Replace(value[from..], "***", StringComparison.Ordinal);
        }
        return text;
    }

    private static string ScramAdvice(KafkaSettings settings)
    {
        var isScram = settings.Librdkafka.Any(setting =>
            setting.Key is "sasl.mechanism" or "sasl.mechanisms"
            && setting.Value.StartsWith("SCRAM", StringComparison.OrdinalIgnoreCase)
        );
        var version = KafkaNative.Version;
        return isScram && Version.TryParse(version.Split('-')[0], out var loaded) && loaded < ScramRight
            ? $" (librdkafka {version} can't do SCRAM with Kafka 4; {ScramRight} or later can, and PLAIN over TLS works)"
            : "";
    }
}
