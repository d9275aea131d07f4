namespace CanaryStreams.Engine.Journal;

/// <summary>
/// Append-only streams of events with one global order, which is also the outbox: what leaves the engine is read from
/// here and never sent beside it. Synchronous, for one caller at a time; a port with one contract of tests for all implementations.
/// Failures of the store itself surface as its own exceptions, and then nothing was written.
/// </summary>
public interface IJournal : IDisposable
{
    /// <summary>
    /// Appends to many streams in one transaction, durable on return: all of it, or nothing where any stream isn't at
    /// its expected version. Positions follow the order given.
    /// </summary>
    AppendResult Append(IReadOnlyList<StreamAppend> appends);

    /// <summary>A stream's events from a version on, in order; versions count from 1 without a gap.</summary>
    /// <exception cref="JournalCorruptException">An event isn't what was written.</exception>
    IReadOnlyList<RecordedEvent> Read(string stream, long fromVersion = 1);

    /// <summary>All streams whose name begins so, in the order of their first event.</summary>
    IReadOnlyList<StreamInfo> Streams(string prefix = "");

    /// <summary>Events of all streams behind a position, in global order, at most <paramref name="max"/>.</summary>
    /// <exception cref="JournalCorruptException">An event isn't what was written.</exception>
    IReadOnlyList<RecordedEvent> ReadOutbox(long afterPosition, int max);

    /// <summary>Up to where the outbox has been published; 0 at first.</summary>
    long PublishedPosition();

    /// <summary>Everything up to the position has been acknowledged by the broker. The mark never goes back.</summary>
    void MarkPublished(long position);

    /// <summary>Null where the key was never written.</summary>
    byte[]? ReadCheckpoint(string key);

    /// <summary>Replaces the values of the keys given, all in one transaction; durable on return.</summary>
    void WriteCheckpoints(IReadOnlyCollection<KeyValuePair<string, byte[]>> values);
}

/// <param name="Version">Version of the newest event.</param>
public readonly record struct StreamInfo(string Stream, long Version);
