using CanaryStreams.Core.Telemetry;
using CanaryStreams.Kafka;

namespace CanaryStreams.Engine.Live;

/// <summary>Up to where a lane that reads its partition again had come in the life before.</summary>
/// <param name="Committed">Offsets up to which records had been dealt with; nothing of before is rejected again.</param>
internal sealed record LaneProgress(IReadOnlyDictionary<TopicPartition, long> Committed)
{
    public bool IsNew(Reject reject) =>
        reject.Offset >= Committed.GetValueOrDefault(new TopicPartition(reject.Topic, reject.Partition));

    /// <summary>A partition read again never takes its commit back.</summary>
    public bool IsBeyondCommitted(PartitionOffset offset) =>
        offset.NextOffset > Committed.GetValueOrDefault(new TopicPartition(offset.Topic, offset.Partition));
}
