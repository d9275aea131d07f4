using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Configuration;

/// <summary>Reads <c>kafka</c>.</summary>
internal static class KafkaReader
{
    /// <summary>What the engine's promises rest on; it sets these itself.</summary>
    private static readonly string[] Owned =
    [
        "acks",
        "auto.offset.reset",
        "bootstrap.servers",
        "enable.auto.commit",
        "enable.auto.offset.store",
        "enable.idempotence",
        "group.id",
        "metadata.broker.list",
        "partition.assignment.strategy",
        "partitioner",
        "request.required.acks",
    ];

    /// <summary>Those that kcat and librdkafka's clients, Java clients, and Telegraf use.</summary>
    private static readonly string[] Partitioners = ["consistent_random", "murmur2_random", "fnv1a_random"];

    /// <param name="fromEnvironment"><c>KAFKA_BOOTSTRAP</c>, which goes before the file.</param>
    public static KafkaOptions Read(SectionReader section, string? fromEnvironment, ConfigurationErrors errors)
    {
        var left = new KafkaOptions();
        var kafka = new KafkaOptions
        {
            Bootstrap = Bootstrap(section, fromEnvironment, errors),
            Group = section.Name("group") ?? left.Group,
            Partitions = section.Integer("partitions", Limits.Partitions) ?? left.Partitions,
            Replication = section.Integer("replication", Limits.Replication),
            Partitioner = Partitioner(section) ?? left.Partitioner,
            Librdkafka = Librdkafka(section.Section("librdkafka")),
        };
        section.Done();
        return kafka;
    }

    private static Setting? Bootstrap(SectionReader section, string? fromEnvironment, ConfigurationErrors errors)
    {
        const string allowed = "must be host:port, several separated by commas";
        var inFile = section.Setting("bootstrap");
        if (inFile is not null && !IsBootstrap(inFile.Value))
            section.Error("bootstrap", $"\"{inFile}\" {allowed}");
        if (string.IsNullOrWhiteSpace(fromEnvironment))
            return inFile;
        if (!IsBootstrap(fromEnvironment))
            errors.AddOutside("environment", ConfigurationLoader.BootstrapVariable, allowed);
        return new Setting(fromEnvironment, $"${{{ConfigurationLoader.BootstrapVariable}}}");
    }

    private static string? Partitioner(SectionReader section)
    {
        const string key = "partitioner";
        if (section.Setting(key) is not { } setting || Partitioners.Contains(setting.Value))
            return section.Setting(key)?.Value;
        section.Error(key, $"\"{setting}\" must be {string.Join(" or ", Partitioners)}");
        return null;
    }

    private static bool IsBootstrap(string text) =>
        text.Split(',').All(server => server.Trim() is { Length: > 0 } name && !name.Any(char.IsWhiteSpace));

    private static List<KeyValuePair<string, Setting>> Librdkafka(SectionReader section)
    {
        var settings = new List<KeyValuePair<string, Setting>>();
        foreach (var key in section.Entries.Select(entry => entry.Key).Order(StringComparer.Ordinal))
        {
            if (Owned.Contains(key))
                section.Error(key, "is set by the engine and can't be configured");
            else if (section.Setting(key) is { } setting)
                settings.Add(new(key, Checked(section, key, setting)));
        }
        return settings;
    }

    private static Setting Checked(SectionReader section, string key, Setting setting)
    {
        // A value from the environment or a file is nobody's to see, whatever it is for.
        var isWrittenOut = setting.Value == setting.Shown;
        if (LibrdkafkaSettings.Problem(key, setting.Value, mayShow: isWrittenOut) is { } problem)
            section.Error(key, problem);
        return LibrdkafkaSettings.IsSecret(key) ? setting.Masked() : setting;
    }
}
