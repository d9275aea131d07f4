using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Journal;

namespace CanaryStreams.Engine.Supervision;

/// <summary>
/// What of a partition is to be published, read from the journal and from nowhere else. The publisher reads, sends, waits for the
/// broker's acknowledgement and marks; after a crash in between the same records go out again, with the same ids.
/// </summary>
public sealed class Outbox(IJournal journal, int partition)
{
    private readonly HashSet<string> _corrupt = [];

    /// <summary>Where a publisher that just started reads on.</summary>
    public long Published => journal.PublishedPosition(partition);

    /// <summary>
    /// Records of the next events behind a position, in their order: an event's command before the event. A rollout with a
    /// corrupt event goes no further from there on, and the others do.
    /// </summary>
    /// <param name="max">Most events to read.</param>
    public OutboxBatch Read(long afterPosition, int max)
    {
        var records = new List<OutputRecord>();
        var happenings = new List<RolloutEvent>();
        var page = journal.ReadOutbox(partition, afterPosition, max);
        var corrupt = page.Corrupt.Where(found => _corrupt.Add(found.Stream)).ToList();
        foreach (var recorded in page.Events)
        {
            if (RolloutStream.RolloutOf(recorded.Stream) is not { } rollout || IsBehindCorruption(recorded, corrupt))
                continue;
            try
            {
                var happened = RolloutStream.Decode(recorded);
                happenings.Add(happened);
                Add(records, rollout, recorded, happened);
            }
            catch (JournalCorruptException unreadable)
            {
                _corrupt.Add(recorded.Stream);
                corrupt.Add(unreadable);
            }
        }
        return new OutboxBatch(records, happenings, page.UpTo, corrupt);
    }

    /// <summary>The broker has acknowledged everything up to the position.</summary>
    public void MarkPublished(long position) => journal.MarkPublished(partition, position);

    private static void Add(List<OutputRecord> records, string rollout, RecordedEvent recorded, RolloutEvent happened)
    {
        if (EventRecord.ForControl(happened) is { } command)
            records.Add(command);
        records.Add(
            EventRecord.ForEvents(rollout, recorded.Version, recorded.Type, happened.Time, recorded.Payload.Span)
        );
    }

    private bool IsBehindCorruption(RecordedEvent recorded, List<JournalCorruptException> found) =>
        _corrupt.Contains(recorded.Stream)
        && found.All(corrupt => corrupt.Stream != recorded.Stream || corrupt.Version < recorded.Version);
}

/// <param name="Events">What the records tell.</param>
/// <param name="UpTo">Position to mark when all records are acknowledged, and to read on behind; unchanged where there is nothing new.</param>
/// <param name="Corrupt">Events that can't be published, the first of each stream.</param>
public sealed record OutboxBatch(
    IReadOnlyList<OutputRecord> Records,
    IReadOnlyList<RolloutEvent> Events,
    long UpTo,
    IReadOnlyList<JournalCorruptException> Corrupt
);
