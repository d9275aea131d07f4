namespace CanaryStreams.Engine.Journal;

/// <summary>An event as a table holds it.</summary>
internal sealed record EventRow(long Position, string Stream, long Version, string Type, byte[] Payload, long Checksum);

/// <summary>A stream as a table holds it: where it stands, and what it folds to.</summary>
internal sealed record StreamRow(
    string Stream,
    long Version,
    long SnapshotVersion,
    byte[]? Snapshot,
    long SnapshotChecksum
);

/// <summary>From rows to what the journal promises: nothing that isn't what was written gets through.</summary>
internal static class JournalRows
{
    private const string SnapshotType = "snapshot";
    private const string Missing = "the event is missing";

    public static long ChecksumOfSnapshot(string stream, long version, ReadOnlySpan<byte> snapshot) =>
        Checksum.Of(stream, version, SnapshotType, snapshot);

    /// <summary>A stream's events from a version on.</summary>
    /// <param name="version">How many there are by the stream's own row; 0 where there is none.</param>
    /// <exception cref="JournalCorruptException">One isn't what was written, or is missing.</exception>
    public static IReadOnlyList<RecordedEvent> Events(
        string stream,
        long fromVersion,
        IEnumerable<EventRow> rows,
        long version
    )
    {
        var events = new List<RecordedEvent>();
        var corrupt = Read(stream, Math.Max(1, fromVersion), rows, version, events);
        return corrupt is null ? events : throw corrupt;
    }

    /// <param name="rows">Of one partition, in order.</param>
    public static OutboxPage Page(long afterPosition, IEnumerable<EventRow> rows)
    {
        var events = new List<RecordedEvent>();
        var corrupt = new List<JournalCorruptException>();
        foreach (var row in rows)
        {
            afterPosition = row.Position;
            if (Mistake(row) is { } mistake)
                corrupt.Add(mistake);
            else
                events.Add(Recorded(row));
        }
        return new OutboxPage(events, corrupt, afterPosition);
    }

    /// <param name="streams">In the order of their first event.</param>
    /// <param name="rows">The events behind each one's snapshot, by stream in the same order, then by version.</param>
    public static IReadOnlyList<OpenStream> Open(IEnumerable<StreamRow> streams, IEnumerable<EventRow> rows)
    {
        var byStream = rows.ToLookup(row => row.Stream, StringComparer.Ordinal);
        return [.. streams.Select(stream => Open(stream, byStream[stream.Stream]))];
    }

    /// <param name="version">How many events it has.</param>
    /// <param name="packed">The stream's piece of the archive.</param>
    public static ArchivedStream Archived(string stream, long version, byte[] packed)
    {
        var events = new List<RecordedEvent>();
        try
        {
            var corrupt = Read(stream, 1, ArchivedEvents.Unpack(stream, packed), version, events);
            return new ArchivedStream(stream, events, corrupt);
        }
        catch (JournalCorruptException corrupt)
        {
            return new ArchivedStream(stream, events, corrupt);
        }
    }

    /// <summary>Whether a snapshot is what was written.</summary>
    private static bool IsWhole(StreamRow row) =>
        row.Snapshot is null
        || ChecksumOfSnapshot(row.Stream, row.SnapshotVersion, row.Snapshot) == row.SnapshotChecksum;

    private static OpenStream Open(StreamRow row, IEnumerable<EventRow> rows)
    {
        var events = new List<RecordedEvent>();
        var corrupt = Read(row.Stream, row.SnapshotVersion + 1, rows, row.Version, events);
        return new OpenStream(
            row.Stream,
            row.Snapshot is { } bytes && IsWhole(row) ? new ReadOnlyMemory<byte>?(bytes) : null,
            row.SnapshotVersion,
            events,
            corrupt
        );
    }

    /// <param name="last">Version of the stream's last event: nothing behind a missing one tells that it is missing.</param>
    private static JournalCorruptException? Read(
        string stream,
        long due,
        IEnumerable<EventRow> rows,
        long last,
        List<RecordedEvent> events
    )
    {
        foreach (var row in rows)
        {
            if (row.Version != due)
                return new JournalCorruptException(stream, due, Missing);
            if (Mistake(row) is { } mistake)
                return mistake;
            events.Add(Recorded(row));
            due++;
        }
        return due <= last ? new JournalCorruptException(stream, due, Missing) : null;
    }

    private static RecordedEvent Recorded(EventRow row) =>
        new(row.Position, row.Stream, row.Version, row.Type, row.Payload);

    private static JournalCorruptException? Mistake(EventRow row) =>
        Checksum.Of(row.Stream, row.Version, row.Type, row.Payload) == row.Checksum
            ? null
            : new JournalCorruptException(row.Stream, row.Version, "its checksum doesn't fit");
}
