namespace CanaryStreams.Engine.Supervision;

/// <summary>
/// Another process has claimed the partition: the group has given it away, and this supervisor hasn't heard of it yet.
/// Nothing was journalled; it has to forget what it holds of the partition.
/// </summary>
public sealed class PartitionTakenException(int partition, string? owner)
    : Exception($"partition {partition} belongs to {owner ?? "another process"} now")
{
    public int Partition { get; } = partition;
}
