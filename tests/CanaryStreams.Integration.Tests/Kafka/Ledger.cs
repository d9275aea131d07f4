using CanaryStreams.Kafka;
using CanaryStreams.Tests.Kafka;

namespace CanaryStreams.Integration.Tests.Kafka;

/// <summary>
/// What the members of a group saw. A record counts when it is taken, and its partition's offset is committed when
/// the partition is given away: what a well-behaved owner does.
/// </summary>
internal sealed class Ledger
{
    private readonly Dictionary<TopicPartition, long> _next = [];

    public HashSet<string> Seen { get; } = [];

    public List<string> SeenTwice { get; } = [];

    public int RefusedCommits { get; private set; }

    /// <summary>Whether equal partitions of the topics came and went together.</summary>
    public bool PartitionsTogether { get; private set; } = true;

    public PartitionConsumer Member(KafkaSettings settings, IReadOnlyList<string> topics)
    {
        PartitionConsumer member = null!;
        member = new PartitionConsumer(
            settings,
            new ConsumerCallbacks
            {
                Assigned = partitions =>
                {
                    CheckTogether(partitions, topics);
                    return null;
                },
                Revoked = partitions =>
                {
                    CheckTogether(partitions, topics);
                    Commit(member, partitions);
                },
            }
        );
        member.Subscribe(topics);
        return member;
    }

    public void ReadUntil(int count, params PartitionConsumer[] members) =>
        Records.PollAllUntil(members, () => Seen.Count >= count, Take);

    public void Take(SeenRecord record)
    {
        if (!Seen.Add(record.Text))
            SeenTwice.Add(record.Text);
        _next[new TopicPartition(record.Topic, record.Partition)] = record.Offset + 1;
    }

    private void Commit(PartitionConsumer member, IReadOnlyList<TopicPartition> partitions)
    {
        var done = partitions
            .Where(_next.ContainsKey)
            .Select(partition => new PartitionOffset(partition.Topic, partition.Partition, _next[partition]))
            .ToList();
        if (done.Count > 0 && !member.Commit(done))
            RefusedCommits++;
    }

    private void CheckTogether(IReadOnlyList<TopicPartition> partitions, IReadOnlyList<string> topics) =>
        PartitionsTogether &= partitions
            .GroupBy(partition => partition.Partition)
            .All(group => group.Select(partition => partition.Topic).ToHashSet().SetEquals(topics));
}
