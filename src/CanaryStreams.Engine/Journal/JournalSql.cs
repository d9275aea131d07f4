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

    /// <summary>A stream's events from a version on.</summary>
    /// <inheritdoc cref="OpenEvents" path="/param"/>
    public static string Events(string columns) =>
        $"SELECT {columns} FROM events e WHERE stream = @stream AND version >= @fromVersion ORDER BY version";

    /// <summary>How many events a stream has by its own row, archived or not; no row where there is no such stream.</summary>
    public const string Version =
        "SELECT version FROM streams WHERE stream = @stream UNION ALL SELECT version FROM archive WHERE stream = @stream";

    /// <summary>A page of the streams that aren't archived, in the order of their first event.</summary>
    public const string Streams =
        $"SELECT stream, version FROM streams WHERE {HasPrefix} "
        + "AND (CAST(@after AS text) IS NULL OR first_position > (SELECT first_position FROM streams WHERE stream = @after)) "
        + "ORDER BY first_position LIMIT @max";

    /// <summary>A page of the archive, in the order of names; a first page is behind the empty name, which no stream has.</summary>
    public const string Archive =
        $"SELECT stream, version, events FROM archive WHERE {HasPrefix} "
        + "AND stream > coalesce(CAST(@after AS text), '') ORDER BY stream LIMIT @max";

    private const string HasPrefix = "substr(stream, 1, length(@prefix)) = @prefix";

    /// <inheritdoc cref="OpenEvents"/>
    public static string Outbox(string columns) =>
        $"SELECT {columns} FROM events e WHERE partition = @partition AND position > @afterPosition ORDER BY position LIMIT @max";
}
