namespace CanaryStreams.Kafka;

/// <summary>What librdkafka says of a setting handed on to it, before there is any client.</summary>
public static class LibrdkafkaSettings
{
    private static readonly string[] SecretMarks = ["password", "secret", "pem", "oauthbearer", "jaas", "token"];

    /// <summary>Whether a setting's value is one that nobody but librdkafka may see.</summary>
    public static bool IsSecret(string key) =>
        SecretMarks.Any(mark => key.Contains(mark, StringComparison.OrdinalIgnoreCase));

    /// <summary>Why a setting can't be used; null where it can, and where there is no librdkafka to ask.</summary>
    /// <param name="mayShow">Whether the answer may hold the value; that of a secret setting never does.</param>
    public static string? Problem(string key, string value, bool mayShow)
    {
        try
        {
            if (ClientHandle.Try(key, value) is not { } refusal)
                return null;
            if (refusal.StartsWith("No such configuration property", StringComparison.Ordinal))
                return $"is not a setting of librdkafka {KafkaNative.Version}";
            return mayShow && !IsSecret(key) ? refusal : $"librdkafka {KafkaNative.Version} refuses the value";
        }
        catch (Exception exception) when (exception is DllNotFoundException or NotSupportedException)
        {
            // Who needs the library says that it is missing, and how to get it; a file can be checked without.
            return null;
        }
    }
}
