namespace CanaryStreams.Kafka;

/// <summary>How to reach Kafka. Safe to print: values of pass-through settings never show.</summary>
public sealed record KafkaSettings
{
    /// <summary><c>host:port</c>, several by comma.</summary>
    public required string Bootstrap { get; init; }

    /// <summary>Consumer group; every role appends its own name.</summary>
    public string Group { get; init; } = "canarystreams";

    /// <summary>
    /// How a key chooses its partition, by librdkafka's names. <c>consistent_random</c> is what kcat and all clients
    /// on librdkafka do by default; <c>murmur2_random</c> is what Java clients do. All producers of the topics keyed by
    /// application have to agree.
    /// </summary>
    public string Partitioner { get; init; } = "consistent_random";

    /// <summary>Any further librdkafka setting (SASL, TLS, tuning), passed on as it is.</summary>
    public IReadOnlyDictionary<string, string> Librdkafka { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// True for the broker inside this process, which has no admin interface and no index of times:
    /// topics are made with it, and an offset by time is the earliest one.
    /// </summary>
    public bool IsEmbedded { get; init; }

    /// <summary>Everything wrong with the settings, each naming its key; empty where they can be used.</summary>
    public IReadOnlyList<string> Problems() => SettingsCheck.Problems(this);

    /// <exception cref="KafkaSettingsException">With all problems at once.</exception>
    public void ThrowIfInvalid()
    {
        var problems = Problems();
        if (problems.Count > 0)
            throw new KafkaSettingsException(problems);
    }

    public override string ToString()
    {
        var passed = string.Join(", ", Librdkafka.Keys.Order(StringComparer.Ordinal).Select(key => $"{key}=***"));
        return $"Kafka at {Bootstrap}, group {Group}, partitioner {Partitioner}, librdkafka {{{passed}}}";
    }
}
