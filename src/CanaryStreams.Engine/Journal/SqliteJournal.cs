using Dapper;
using Microsoft.Data.Sqlite;

namespace CanaryStreams.Engine.Journal;

/// <summary>
/// The journal in one SQLite file: write-ahead log, so that a reader (another process even) never waits for the
/// writer, and a full sync per transaction, so that what is appended survives a loss of power.
/// </summary>
public sealed class SqliteJournal : IJournal
{
    private const string OutboxMark = "outbox";
    private readonly SqliteConnection _connection;

    private SqliteJournal(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens the file for writing, creates or migrates it where needed.</summary>
    /// <exception cref="InvalidOperationException">A newer program wrote the file.</exception>
    public static SqliteJournal Open(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        var connection = Connect(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
            SqliteSchema.Migrate(connection, path);
            return new SqliteJournal(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens the file to look into it, while an engine may be writing.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidOperationException">A newer program wrote the file, or it is no journal.</exception>
    public static SqliteJournal OpenReadOnly(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"there is no journal '{path}'", path);
        var connection = Connect(path, SqliteOpenMode.ReadOnly);
        try
        {
            var version = connection.ExecuteScalar<int>("PRAGMA user_version");
            SqliteSchema.Check(version, path);
            if (version < SqliteSchema.Current)
                throw new InvalidOperationException($"'{path}' is no journal, or one that no engine has opened yet");
            return new SqliteJournal(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public AppendResult Append(IReadOnlyList<StreamAppend> appends)
    {
        // Immediate: two writers queue here instead of failing at the first insert.
        using var transaction = _connection.BeginTransaction(deferred: false);
        var versions = new Dictionary<string, long>();
        var conflicts = new List<string>();
        foreach (var append in appends)
        {
            if (!versions.TryGetValue(append.Stream, out var version))
                version = VersionOf(append.Stream, transaction);
            if (version != append.ExpectedVersion && !conflicts.Contains(append.Stream))
                conflicts.Add(append.Stream);
            versions[append.Stream] = version + append.Events.Count;
        }
        if (conflicts.Count > 0)
            return new AppendResult(conflicts);
        Insert(appends, transaction);
        transaction.Commit();
        return AppendResult.Appended;
    }

    public IReadOnlyList<RecordedEvent> Read(string stream, long fromVersion = 1)
    {
        var events = Verified(
            "SELECT position, stream, version, type, CAST(payload AS BLOB) AS payload, checksum FROM events "
                + "WHERE stream = @stream AND version >= @fromVersion ORDER BY version",
            new { stream, fromVersion }
        );
        for (var i = 0; i < events.Count; i++)
        {
            var due = Math.Max(1, fromVersion) + i;
            if (events[i].Version != due)
                throw new JournalCorruptException(stream, due, "the event is missing");
        }
        return events;
    }

    public IReadOnlyList<StreamInfo> Streams(string prefix = "") =>
        [
            .. _connection
                .Query<(string Stream, long Version)>(
                    "SELECT stream, max(version) FROM events WHERE substr(stream, 1, length(@prefix)) = @prefix "
                        + "GROUP BY stream ORDER BY min(position)",
                    new { prefix }
                )
                .Select(row => new StreamInfo(row.Stream, row.Version)),
        ];

    public IReadOnlyList<RecordedEvent> ReadOutbox(long afterPosition, int max) =>
        Verified(
            "SELECT position, stream, version, type, CAST(payload AS BLOB) AS payload, checksum FROM events "
                + "WHERE position > @afterPosition ORDER BY position LIMIT @max",
            new { afterPosition, max }
        );

    public long PublishedPosition() =>
        _connection.ExecuteScalar<long?>("SELECT position FROM marks WHERE name = @OutboxMark", new { OutboxMark })
        ?? 0;

    public void MarkPublished(long position) =>
        _connection.Execute(
            "INSERT INTO marks (name, position) VALUES (@OutboxMark, @position) "
                + "ON CONFLICT (name) DO UPDATE SET position = max(position, excluded.position)",
            new { OutboxMark, position }
        );

    public byte[]? ReadCheckpoint(string key) =>
        _connection.ExecuteScalar<byte[]?>("SELECT value FROM checkpoints WHERE key = @key", new { key });

    public void WriteCheckpoints(IReadOnlyCollection<KeyValuePair<string, byte[]>> values)
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        foreach (var (key, value) in values)
            _connection.Execute(
                "INSERT INTO checkpoints (key, value) VALUES (@key, @value) "
                    + "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                new { key, value },
                transaction
            );
        transaction.Commit();
    }

    public void Dispose() => _connection.Dispose();

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        SQLitePCL.Batteries_V2.Init();
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 30,
        };
        var connection = new SqliteConnection(settings.ToString());
        connection.Open();
        return connection;
    }

    private long VersionOf(string stream, SqliteTransaction transaction) =>
        _connection.ExecuteScalar<long?>(
            "SELECT max(version) FROM events WHERE stream = @stream",
            new { stream },
            transaction
        ) ?? 0;

    private void Insert(IReadOnlyList<StreamAppend> appends, SqliteTransaction transaction)
    {
        using var insert = _connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText =
            "INSERT INTO events (stream, version, type, payload, checksum) VALUES ($stream, $version, $type, $payload, $checksum)";
        var stream = insert.Parameters.Add("$stream", SqliteType.Text);
        var version = insert.Parameters.Add("$version", SqliteType.Integer);
        var type = insert.Parameters.Add("$type", SqliteType.Text);
        var payload = insert.Parameters.Add("$payload", SqliteType.Blob);
        var checksum = insert.Parameters.Add("$checksum", SqliteType.Integer);
        foreach (var append in appends)
        {
            var next = append.ExpectedVersion;
            foreach (var added in append.Events)
            {
                next++;
                stream.Value = append.Stream;
                version.Value = next;
                type.Value = added.Type;
                payload.Value = added.Payload.ToArray();
                checksum.Value = Checksum.Of(append.Stream, next, added.Type, added.Payload.Span);
                insert.ExecuteNonQuery();
            }
        }
    }

    private List<RecordedEvent> Verified(string sql, object parameters)
    {
        var events = new List<RecordedEvent>();
        foreach (var row in _connection.Query<Row>(sql, parameters))
        {
            var recorded = new RecordedEvent(row.Position, row.Stream, row.Version, row.Type, row.Payload);
            Checksum.Verify(recorded, row.Checksum);
            events.Add(recorded);
        }
        return events;
    }

    private sealed record Row(long Position, string Stream, long Version, string Type, byte[] Payload, long Checksum);
}
