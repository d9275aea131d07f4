namespace CanaryStreams.Kafka;

/// <summary>Asks librdkafka itself about each setting, and keeps from change those that the engine's promises stand on.</summary>
internal static class SettingsCheck
{
    private const string AtLeastOnce = "offsets are committed by the engine, once the work is durable";
    private const string NoLossUnseen =
        "records that the broker dropped before they were read are reported, not skipped";
    private const string OwnKey = "it has a key of its own under kafka:";
    private const string NoLoss = "commands must be neither lost nor doubled on the way to the broker";

    private static readonly Dictionary<string, string> Fixed = new()
    {
        ["bootstrap.servers"] = OwnKey,
        ["metadata.broker.list"] = OwnKey,
        ["group.id"] = OwnKey,
        ["partitioner"] = OwnKey,
        ["enable.auto.commit"] = AtLeastOnce,
        ["enable.auto.offset.store"] = AtLeastOnce,
        ["auto.offset.reset"] = NoLossUnseen,
        ["partition.assignment.strategy"] = "all members of a group must have the same one",
        ["acks"] = NoLoss,
        ["request.required.acks"] = NoLoss,
        ["enable.idempotence"] = NoLoss,
    };

    public static IReadOnlyList<string> Problems(KafkaSettings settings)
    {
        var problems = new List<string>();
        if (string.IsNullOrWhiteSpace(settings.Bootstrap))
            problems.Add("kafka.bootstrap: is empty; give host:port, several by comma.");
        if (string.IsNullOrWhiteSpace(settings.Group))
            problems.Add("kafka.group: is empty.");
        if (ClientHandle.Try("partitioner", settings.Partitioner) is { } refused)
            problems.Add($"kafka.partitioner: {refused}.");
        foreach (var (key, value) in settings.Librdkafka.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            if (Problem(key, value) is { } problem)
                problems.Add($"kafka.librdkafka: {problem}");
        return problems;
    }

    private static string? Problem(string key, string value)
    {
        if (Fixed.TryGetValue(key, out var reason))
            return $"\"{key}\" can't be set here: {reason}.";
        if (LibrdkafkaSettings.Problem(key, value, mayShow: true) is not { } problem)
            return null;
        return $"\"{key}\": {problem}.";
    }
}
