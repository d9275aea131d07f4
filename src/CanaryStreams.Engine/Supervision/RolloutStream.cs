using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Engine.Journal;

namespace CanaryStreams.Engine.Supervision;

/// <summary>A rollout's stream in the journal.</summary>
public static class RolloutStream
{
    public const string Prefix = "rollout/";

    public static string Of(string rollout) => Prefix + rollout;

    /// <summary>Null where the stream isn't a rollout's.</summary>
    public static string? RolloutOf(string stream) =>
        stream.StartsWith(Prefix, StringComparison.Ordinal) ? stream[Prefix.Length..] : null;

    public static IReadOnlyList<RolloutEvent> Events(IJournal journal, string rollout) =>
        [.. journal.Read(Of(rollout)).Select(Decode)];

    /// <summary>What an open stream folds to, its version, and that of the snapshot it was folded from; 0 without one.</summary>
    /// <param name="journal">Has all events, where the snapshot is of no use.</param>
    /// <exception cref="JournalCorruptException">It can't be read.</exception>
    public static (RolloutState State, long Version, long SnapshotVersion) Load(OpenStream stream, IJournal journal)
    {
        if (stream.Corrupt is { } corrupt)
            throw corrupt;
        var version = stream.SnapshotVersion + stream.Events.Count;
        var snapshot = stream.Snapshot is { } written ? RolloutSnapshot.Read(written.Span) : null;
        if (snapshot is not null || stream.SnapshotVersion == 0)
            return (Fold(snapshot ?? RolloutState.Initial, stream.Events), version, stream.SnapshotVersion);
        var all = journal.Read(stream.Stream);
        return all.Count < version
            ? throw new JournalCorruptException(stream.Stream, all.Count + 1, "the event is missing")
            : (Fold(RolloutState.Initial, all), version, 0);
    }

    private static RolloutState Fold(RolloutState state, IEnumerable<RecordedEvent> events) =>
        Evolution.Fold(state, events.Select(Decode));

    /// <exception cref="JournalCorruptException">The event's name or payload can't be understood.</exception>
    public static RolloutEvent Decode(RecordedEvent recorded)
    {
        try
        {
            return EventCodec.Decode(recorded.Type, recorded.Payload.Span);
        }
        catch (FormatException e)
        {
            throw new JournalCorruptException(recorded.Stream, recorded.Version, e.Message, e);
        }
    }
}
