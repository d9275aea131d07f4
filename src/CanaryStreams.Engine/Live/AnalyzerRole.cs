using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Diagnostics;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Engine.Snapshots;
using CanaryStreams.Kafka;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// Reads telemetry, transactions and updates, and publishes signals. A lane goes on from its snapshot; where there is none that
/// fits, its state comes from the log: telemetry is read again from <see cref="StreamSettings.Rewind"/> ago, updates from their
/// beginning. What was published before isn't published again.
/// </summary>
internal sealed class AnalyzerRole(
    KafkaSettings kafka,
    StreamSettings settings,
    LaneFactory factory,
    LaneSnapshots snapshots,
    PartitionerAudit audit,
    TimeProvider time,
    EngineDiagnostics diagnostics,
    ILogger logger
) : IRole
{
    public string Name => "analyzer";

    public IReadOnlyList<string> Topics { get; } =
    [Core.Telemetry.Topics.Updates, Core.Telemetry.Topics.Telemetry, Core.Telemetry.Topics.Transactions];

    public LaneStart Start(PartitionConsumer consumer, int partition)
    {
        var parts = Topics.Select(topic => new TopicPartition(topic, partition)).ToList();
        var progress = new LaneProgress(
            consumer.Committed(parts).ToDictionary(o => new TopicPartition(o.Topic, o.Partition), o => o.NextOffset)
        );
        var state = factory.NewState();
        var snapshot = Restored(consumer, partition, state);
        var begin = snapshot?.Positions ?? Rewound(consumer, partition, parts);
        var start = new AnalyzerStart(partition, state, snapshot, progress);
        var lane = new LaneDiagnostics(diagnostics, Name, partition, logger);
        return new LaneStart(
            new AnalyzerLane(start, kafka, settings, factory, snapshots, time, lane, logger),
            lane,
            begin
        );
    }

    public void Observe(RawBatch batch)
    {
        if (audit.Observe(batch) is { } finding)
            LiveLog.PartitionersDisagree(logger, finding);
    }

    /// <summary>The snapshot that the state was restored from; null, and the state is as new, where none fits.</summary>
    private LaneSnapshot? Restored(PartitionConsumer consumer, int partition, LaneState state)
    {
        if (snapshots.Load(partition) is not { } snapshot)
            return null;
        string? reason = null;
        if (Topics.FirstOrDefault(topic => !IsHeld(topic)) is { } missing)
            reason = $"{missing} doesn't hold the records behind it any more";
        else if (state.TryRestore(snapshot.State.Span, out reason))
        {
            LiveLog.LaneRestored(logger, partition, snapshot.State.Length / 1024);
            return snapshot;
        }
        LiveLog.SnapshotNotRead(logger, partition, reason ?? "it doesn't fit");
        return null;

        bool IsHeld(string topic)
        {
            if (!snapshot.Positions.TryGetValue(topic, out var position))
                return false;
            var (low, high) = consumer.Watermarks(new TopicPartition(topic, partition));
            return position >= low && position <= high;
        }
    }

    /// <summary>
    /// Telemetry from as far back as it is needed; updates from the first one that is kept, because a rollout may have been
    /// requested long before, and they are few.
    /// </summary>
    private Dictionary<string, long> Rewound(PartitionConsumer consumer, int partition, List<TopicPartition> parts)
    {
        var since = time.GetUtcNow() - settings.Rewind;
        LiveLog.LaneStarted(logger, partition, since);
        var begin = consumer
            .OffsetsForTime([.. parts.Where(part => part.Topic != Core.Telemetry.Topics.Updates)], since)
            .ToDictionary(offset => offset.Topic, offset => offset.NextOffset);
        var updates = new TopicPartition(Core.Telemetry.Topics.Updates, partition);
        begin[updates.Topic] = consumer.Watermarks(updates).Low;
        return begin;
    }
}
