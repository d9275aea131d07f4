namespace CanaryStreams.Engine.Journal;

/// <summary>Queries that are the same in every SQL. What is open, and in which order things are read, is said here alone.</summary>
internal static class JournalSql
{
    /// <summary>A partition's <see cref="StreamRow"/>s that aren't closed, in the order of their first event.</summary>
    public const string OpenStreams =
        "SELECT stream, version, snapshot_version AS snapshotVersion, snapshot, snapshot_checksum AS snapshotChecksum "
        + "FROM streams WHERE partition = @partition AND closed_at IS NULL ORDER BY first_position";

    /// <summary>The events of <see cref="OpenStreams"/> behind each one's snapshot.</summary>
    /// <param name="columns">Of an <see cref="EventRow"/>, from a table that is called e.</param>
    public static string OpenEvents(string columns) =>
        $"SELECT {columns} FROM streams s JOIN events e ON e.stream = s.stream AND e.version > s.snapshot_version "
        + "WHERE s.partition = @partition AND s.closed_at IS NULL ORDER BY s.first_position, e.version";

    /// <inheritdoc cref="OpenEvents"/>
    public static string Outbox(string columns) =>
        $"SELECT {columns} FROM events e WHERE partition = @partition AND position > @afterPosition ORDER BY position LIMIT @max";
}
