using CanaryStreams.Core.Telemetry;
using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Live;

/// <summary>What a lane that reads its partition again has to know of the life before.</summary>
/// <param name="Committed">Offsets up to which its records had been dealt with; nothing of before is rejected again.</param>
/// <param name="UpdatesUntil">
/// End of the updates when the partition was assigned: they are read before the telemetry, because a rollout's request
/// has to be known before the buckets that it is about. 0 where there are none.
/// </param>
internal sealed record LaneProgress(IReadOnlyDictionary<TopicPartition, long> Committed, long UpdatesUntil)
{
    public bool IsNew(Reject reject) =>
        reject.Offset >= Committed.GetValueOrDefault(new TopicPartition(reject.Topic, reject.Partition));

    public bool IsBeyondCommitted(PartitionOffset offset) =>
        offset.NextOffset > Committed.GetValueOrDefault(new TopicPartition(offset.Topic, offset.Partition));
}
