using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Kafka;

/// <summary>
/// Watches whether the producers of the topics keyed by application agree on where a key belongs. Where they don't, an
/// application's telemetry and its rollout lie in different partitions, never meet, and the rollout holds for want of
/// telemetry: safe, but puzzling. From the key and the partition of one record per batch it works out which partitioners
/// a topic's producers can be using; one that never fits is out. Each finding is told once.
/// <para>For one thread. Two topics that agree are never accused; two that differ are found after a few keys.</para>
/// </summary>
public sealed class PartitionerAudit
{
    private const int Anything = 0b111;

    private static readonly (string Name, string Users)[] Known =
    [
        ("consistent_random", "kcat and other clients on librdkafka"),
        ("murmur2_random", "Java clients"),
        ("fnv1a_random", "Telegraf and other clients on Sarama"),
    ];

    private readonly TopicLayout _layout;
    private readonly SortedDictionary<string, int> _possible = new(StringComparer.Ordinal);
    private readonly HashSet<string> _told = [];

    /// <param name="partitioner">What this program's own producers use: <see cref="KafkaSettings.Partitioner"/>.</param>
    public PartitionerAudit(TopicLayout layout, string partitioner)
    {
        KafkaNative.Initialize();
        _layout = layout;
        var own = Array.FindIndex(Known, one => one.Name == partitioner);
        if (own >= 0)
            _possible.Add("this program (kafka.partitioner)", 1 << own);
    }

    /// <summary>A new finding, as a sentence that says what to do; null where there is none.</summary>
    public string? Observe(RawBatch batch)
    {
        var topic = batch.Topic;
        if (!Topics.KeyedByApp.Contains(topic) || _layout.Partitions.GetValueOrDefault(topic) < 2)
            return null;
        var key = batch.Span[0].Key.Span;
        if (key.IsEmpty)
            return Once(
                topic,
                $"{topic} holds records without a key: an application's records are spread over all partitions and "
                    + "don't meet. Have its producers set the key to the application's name."
            );
        var before = _possible.GetValueOrDefault(topic, Anything);
        var after = before & Fitting(key, batch.Partition, _layout.Partitions[topic]);
        _possible[topic] = after;
        if (after == before)
            return null;
        return after == 0 ? Once(topic, Unknown(topic)) : Disagreement();
    }

    private static int Fitting(ReadOnlySpan<byte> key, int partition, int partitions) =>
        (KeyPartitioner.Consistent(key, partitions) == partition ? 1 : 0)
        | (KeyPartitioner.Murmur2(key, partitions) == partition ? 2 : 0)
        | (KeyPartitioner.Fnv1A(key, partitions) == partition ? 4 : 0);

    private static string Unknown(string topic) =>
        $"{topic}: no known partitioner puts its keys where they are; its producers differ among themselves, or the "
        + "number of partitions was changed. Applications whose records don't meet are held for want of telemetry.";

    private string? Disagreement()
    {
        var clear = _possible.Where(one => one.Value != 0).ToList();
        if (clear.Aggregate(Anything, (common, one) => common & one.Value) != 0)
            return null;
        var sides = clear.Where(one => int.IsPow2(one.Value)).Select(one => $"{one.Key} by {NameOf(one.Value)}");
        return Once(
            "disagreement",
            "Producers disagree on where a key belongs: "
                + string.Join(", ", sides)
                + ". Applications whose records don't meet are held for want of telemetry. Give all of them the same "
                + "partitioner; this program's own is kafka.partitioner."
        );
    }

    private static string NameOf(int single)
    {
        var (name, users) = Known[int.Log2(single)];
        return $"{name} ({users})";
    }

    private string? Once(string subject, string finding) => _told.Add(subject) ? finding : null;
}
