namespace CanaryStreams.Engine.Journal;

/// <summary>
/// Append-only streams of events. Each stream belongs to a partition; a partition has one writer at a time
/// (<see cref="Claim"/>) and one order, which is also its outbox: what leaves the engine is read from here and never sent
/// beside it. Synchronous, for one caller at a time; a port with one contract of tests for all implementations.
/// </summary>
/// <remarks>
/// Every call may throw <see cref="JournalUnavailableException"/>: then it can be made again, and of an append alone it isn't
/// known whether it was written (<see cref="PatientJournal"/> finds out).
/// </remarks>
public interface IJournal : IDisposable
{
    /// <summary>Claims a partition and ends all earlier claims to it.</summary>
    /// <param name="owner">Names the process for people.</param>
    Claim Claim(int partition, string owner);

    /// <summary>Who holds a partition, by the name given to <see cref="Claim"/>; null where nobody ever claimed it.</summary>
    string? OwnerOf(int partition);

    /// <summary>
    /// Appends to many streams of the claimed partition in one transaction, durable on return: all of it, or nothing where any
    /// stream isn't at its expected version or the claim has ended. Positions follow the order given. An append of nothing asks whether
    /// the claim still holds.
    /// </summary>
    AppendResult Append(Claim claim, IReadOnlyList<StreamAppend> appends);

    /// <summary>A stream's events from a version on, in order; versions count from 1 without a gap. Archived ones too.</summary>
    /// <exception cref="JournalCorruptException">An event isn't what was written.</exception>
    IReadOnlyList<RecordedEvent> Read(string stream, long fromVersion = 1);

    /// <summary>A partition's streams that aren't closed, in the order of their first event.</summary>
    IReadOnlyList<OpenStream> ReadOpen(int partition);

    /// <summary>
    /// Streams whose name begins so and that aren't archived, in the order of their first event, at most <paramref name="max"/>
    /// behind <paramref name="after"/>.
    /// </summary>
    /// <param name="after">Name of the last stream of the page before; null for the first page.</param>
    IReadOnlyList<StreamInfo> Streams(string prefix = "", string? after = null, int max = int.MaxValue);

    /// <summary>Events of a partition behind a position, in the order of their commits, at most <paramref name="max"/>.</summary>
    OutboxPage ReadOutbox(int partition, long afterPosition, int max);

    /// <summary>Up to where a partition's outbox has been published; 0 at first.</summary>
    long PublishedPosition(int partition);

    /// <summary>The broker has acknowledged everything of the partition up to the position. The mark never goes back.</summary>
    void MarkPublished(int partition, long position);

    /// <summary>
    /// Packs streams that closed before a time, and are published, out of the way of everything but <see cref="Read"/> and
    /// <see cref="ReadArchive"/>.
    /// </summary>
    /// <returns>How many; <paramref name="max"/> at most, 0 where the claim has ended.</returns>
    int Archive(Claim claim, DateTimeOffset closedBefore, int max);

    /// <summary>
    /// Archived streams of all partitions whose name begins so, with their events, in the ordinal order of their names, at most
    /// <paramref name="max"/> behind <paramref name="after"/>.
    /// </summary>
    /// <param name="after">Name of the last stream of the page before; null for the first page.</param>
    IReadOnlyList<ArchivedStream> ReadArchive(string prefix, string? after, int max);

    /// <summary>Forgets archived streams that closed before a time.</summary>
    /// <returns>How many; <paramref name="max"/> at most, 0 where the claim has ended.</returns>
    int DropArchived(Claim claim, DateTimeOffset closedBefore, int max);
}
