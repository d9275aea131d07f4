using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Engine.Snapshots;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

/// <summary>What an analyzer's lane begins with.</summary>
/// <param name="State">New, or restored from <paramref name="Snapshot"/>.</param>
/// <param name="Snapshot">Null where the lane is rebuilt from the log.</param>
internal sealed record AnalyzerStart(int Partition, LaneState State, LaneSnapshot? Snapshot, LaneProgress Progress);

/// <summary>
/// Where a lane goes on: at its snapshot; where there is none that fits, its state comes from the log: telemetry is read again
/// from <see cref="StreamSettings.Rewind"/> ago, updates from their beginning.
/// </summary>
internal sealed class AnalyzerStarts(
    StreamSettings settings,
    LaneFactory factory,
    LaneSnapshots snapshots,
    TimeProvider time,
    ILogger logger
)
{
    public static IReadOnlyList<string> Topics { get; } =
    [Core.Telemetry.Topics.Updates, Core.Telemetry.Topics.Telemetry, Core.Telemetry.Topics.Transactions];

    /// <returns>The start, and by topic the first offset to read.</returns>
    public (AnalyzerStart Start, IReadOnlyDictionary<string, long> Begin) At(IPartitionOffsets offsets, int partition)
    {
        var parts = Topics.Select(topic => new TopicPartition(topic, partition)).ToList();
        var progress = new LaneProgress(
            offsets.Committed(parts).ToDictionary(o => new TopicPartition(o.Topic, o.Partition), o => o.NextOffset)
        );
        var state = factory.NewState();
        var snapshot = Restored(offsets, partition, state);
        var begin = snapshot?.Positions ?? Rewound(offsets, partition, parts);
        return (new AnalyzerStart(partition, state, snapshot, progress), begin);
    }

    /// <summary>The snapshot that the state was restored from; null, and the state is as new, where none fits.</summary>
    private LaneSnapshot? Restored(IPartitionOffsets offsets, int partition, LaneState state)
    {
        if (snapshots.Load(partition) is not { } snapshot)
            return null;
        string? reason = null;
        if (Topics.FirstOrDefault(topic => !IsHeld(topic)) is { } missing)
            reason = $"{missing} doesn't hold the records behind it any more";
        else if (state.TryRestore(snapshot.State.Span, out reason))
        {
            LiveLog.LaneRestored(logger, partition, snapshot.State.Length / 1024);
            // Its bytes aren't needed any more, and the lane lives for long.
            return snapshot with { State = default };
        }
        LiveLog.SnapshotNotRead(logger, partition, reason ?? "it doesn't fit");
        return null;

        bool IsHeld(string topic)
        {
            if (!snapshot.Positions.TryGetValue(topic, out var position))
                return false;
            var (low, high) = offsets.Watermarks(new TopicPartition(topic, partition));
            return position >= low && position <= high;
        }
    }

    /// <summary>
    /// Telemetry from as far back as it is needed; updates from the first one that is kept, because a rollout may have been
    /// requested long before, and they are few.
    /// </summary>
    private Dictionary<string, long> Rewound(IPartitionOffsets offsets, int partition, List<TopicPartition> parts)
    {
        var since = time.GetUtcNow() - settings.Rewind;
        LiveLog.LaneStarted(logger, partition, since);
        var begin = offsets
            .OffsetsForTime([.. parts.Where(part => part.Topic != Core.Telemetry.Topics.Updates)], since)
            .ToDictionary(offset => offset.Topic, offset => offset.NextOffset);
        var updates = new TopicPartition(Core.Telemetry.Topics.Updates, partition);
        begin[updates.Topic] = offsets.Watermarks(updates).Low;
        return begin;
    }
}
