namespace CanaryStreams.Kafka;

/// <summary>The topics in use and how many partitions each has.</summary>
public sealed class TopicLayout(IReadOnlyDictionary<string, int> partitions)
{
    public IReadOnlyDictionary<string, int> Partitions { get; } = partitions;

    /// <summary>
    /// Checks that topics which are read together have one number of partitions: an application's records meet in one
    /// place only if the same key means the same partition everywhere.
    /// </summary>
    /// <param name="keyedAlike">Those of them that the layout doesn't hold are none of its business.</param>
    /// <exception cref="TopicLayoutException">They differ; the message names each topic and its count.</exception>
    public void ThrowIfUneven(IEnumerable<string> keyedAlike)
    {
        var found = keyedAlike.Where(Partitions.ContainsKey).Select(topic => (Topic: topic, Count: Partitions[topic]));
        var counts = found.OrderBy(one => one.Topic, StringComparer.Ordinal).ToList();
        if (counts.Select(one => one.Count).Distinct().Count() <= 1)
            return;
        throw new TopicLayoutException(
            "Topics keyed by application must all have the same number of partitions: "
                + string.Join(", ", counts.Select(one => $"{one.Topic} has {one.Count}"))
                + ". Add partitions to the smaller ones (kafka-topics.sh --alter --partitions) while no rollout is under way."
        );
    }

    public override string ToString() =>
        string.Join(
            ", ",
            Partitions.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} ({pair.Value})")
        );
}
