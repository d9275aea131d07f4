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

    /// <summary>What an open stream folds to, and its version.</summary>
    /// <exception cref="JournalCorruptException">It can't be read.</exception>
    public static (RolloutState State, long Version) Load(OpenStream stream) =>
        stream.Corrupt is { } corrupt
            ? throw corrupt
            : (
                Evolution.Fold(RolloutState.Initial, stream.Events.Select(Decode)),
                stream.SnapshotVersion + stream.Events.Count
            );

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
