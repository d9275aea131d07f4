using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Journal;

namespace CanaryStreams.Engine.Supervision;

/// <summary>
/// What is to be published, read from the journal and from nowhere else. The publisher reads, sends, waits for the
/// broker's acknowledgement and marks; after a crash in between the same records go out again, with the same ids.
/// </summary>
public sealed class Outbox(IJournal journal)
{
    /// <summary>Where a publisher that just started reads on.</summary>
    public long Published => journal.PublishedPosition();

    /// <summary>Records of the next events behind a position, in their order: an event's command before the event.</summary>
    /// <param name="max">Most events to read.</param>
    public OutboxBatch Read(long afterPosition, int max)
    {
        var records = new List<OutputRecord>();
        var upTo = afterPosition;
        foreach (var recorded in journal.ReadOutbox(afterPosition, max))
        {
            upTo = recorded.Position;
            if (RolloutStream.RolloutOf(recorded.Stream) is not { } rollout)
                continue;
            var happened = RolloutStream.Decode(recorded);
            if (EventRecord.ForControl(happened) is { } command)
                records.Add(command);
            records.Add(EventRecord.ForEvents(rollout, recorded.Version, happened, recorded.Payload.Span));
        }
        return new OutboxBatch(records, upTo);
    }

    /// <summary>The broker has acknowledged everything up to the position.</summary>
    public void MarkPublished(long position) => journal.MarkPublished(position);
}

/// <param name="UpTo">Position to mark when all records are acknowledged, and to read on behind; unchanged where there is nothing new.</param>
public sealed record OutboxBatch(IReadOnlyList<OutputRecord> Records, long UpTo);
