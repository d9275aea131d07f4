namespace CanaryStreams.Engine.Journal;

/// <summary>An event to append.</summary>
/// <param name="Type">Its name with its version, such as <c>rollout.held.v1</c>.</param>
public sealed record JournalEvent(string Type, ReadOnlyMemory<byte> Payload);

/// <summary>An event as recorded.</summary>
/// <param name="Position">In the order over all streams; rises, with gaps allowed.</param>
/// <param name="Version">In its stream, from 1.</param>
public sealed record RecordedEvent(
    long Position,
    string Stream,
    long Version,
    string Type,
    ReadOnlyMemory<byte> Payload
);

/// <summary>Events for one stream, and what they make of it.</summary>
/// <param name="ExpectedVersion">Version of the newest event that the writer knows; 0 for a stream that isn't there.</param>
public sealed record StreamAppend(string Stream, long ExpectedVersion, IReadOnlyList<JournalEvent> Events)
{
    /// <summary>When the stream came to its end, by its own events; null as long as it is open and has to be loaded at a start.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>What the stream folds to with these events, in the writer's own form; null to keep the snapshot there is.</summary>
    public ReadOnlyMemory<byte>? Snapshot { get; init; }
}

/// <summary>
/// The right to write to a partition's streams. Each claim of a partition ends the ones before it, so a writer that was
/// taken for dead and comes back can append nothing: Kafka's group decides who claims, the journal that one at a time holds.
/// </summary>
/// <param name="Number">Grows with each claim of the partition, from 1.</param>
public readonly record struct Claim(int Partition, long Number);

/// <summary>What became of an append.</summary>
/// <param name="Conflicts">Streams that somebody else has written to; nothing was appended where there is any.</param>
/// <param name="IsFenced">The claim has ended: another writer has claimed the partition, and nothing was appended.</param>
public sealed record AppendResult(IReadOnlyList<string> Conflicts, bool IsFenced = false)
{
    public static AppendResult Appended { get; } = new([]);

    public static AppendResult Fenced { get; } = new([], IsFenced: true);

    public bool IsAppended => Conflicts.Count == 0 && !IsFenced;
}

/// <param name="Version">Version of the newest event.</param>
public readonly record struct StreamInfo(string Stream, long Version);

/// <summary>A stream that has to be loaded at a start: the newest snapshot and what came behind it.</summary>
/// <param name="Snapshot">As it was written with the event of <paramref name="SnapshotVersion"/>; null where there is none, or it isn't what was written.</param>
/// <param name="SnapshotVersion">Of the newest snapshot, whole or not; 0 where there never was one.</param>
/// <param name="Events">The events behind the snapshot, in order; those before a corrupt one where there is any.</param>
/// <param name="Corrupt">Why the stream can't be read; null where it can.</param>
public sealed record OpenStream(
    string Stream,
    ReadOnlyMemory<byte>? Snapshot,
    long SnapshotVersion,
    IReadOnlyList<RecordedEvent> Events,
    JournalCorruptException? Corrupt
);

/// <summary>A stream of the archive.</summary>
/// <param name="Events">In order; those before a corrupt one where there is any.</param>
/// <param name="Corrupt">Why the stream can't be read; null where it can.</param>
public sealed record ArchivedStream(
    string Stream,
    IReadOnlyList<RecordedEvent> Events,
    JournalCorruptException? Corrupt
);

/// <summary>Events of the outbox, in order.</summary>
/// <param name="Corrupt">Those that aren't what was written; they stand at their place in the order, and can't be published.</param>
/// <param name="UpTo">Position of the last one, readable or not; the position asked from where there is none.</param>
public sealed record OutboxPage(
    IReadOnlyList<RecordedEvent> Events,
    IReadOnlyList<JournalCorruptException> Corrupt,
    long UpTo
);
