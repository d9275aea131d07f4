using Dapper;
using Microsoft.Data.Sqlite;

namespace CanaryStreams.Engine.Journal;

/// <summary>
/// The journal in one SQLite file: write-ahead log, so that a reader (another process even) never waits for the
/// writer, and a full sync per transaction, so that what is appended survives a loss of power.
/// </summary>
public sealed class SqliteJournal : IJournal
{
    private const string EventColumns =
        "e.position, e.stream, e.version, e.type, CAST(e.payload AS BLOB) AS payload, e.checksum";
    private readonly SqliteConnection _connection;
    private readonly SqliteWriter _writer;

    private SqliteJournal(SqliteConnection connection)
    {
        _connection = connection;
        _writer = new SqliteWriter(connection);
    }

    /// <summary>Opens the file for writing, creates or migrates it where needed.</summary>
    /// <exception cref="InvalidOperationException">A newer program wrote the file, or an older one that has rollouts under way.</exception>
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
    /// <exception cref="InvalidOperationException">A newer program wrote the file, or an older one, or it is no journal.</exception>
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
                throw new InvalidOperationException(
                    $"'{path}' is no journal, or one that no engine of this version has opened yet"
                );
            return new SqliteJournal(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public Claim Claim(int partition, string owner) =>
        Ask(() =>
            new Claim(
                partition,
                _connection.ExecuteScalar<long>(
                    "INSERT INTO partitions (partition, claim, owner) VALUES (@partition, 1, @owner) "
                        + "ON CONFLICT (partition) DO UPDATE SET claim = claim + 1, owner = excluded.owner RETURNING claim",
                    new { partition, owner }
                )
            )
        );

    public string? OwnerOf(int partition) =>
        Ask(() =>
            _connection.ExecuteScalar<string?>(
                "SELECT owner FROM partitions WHERE partition = @partition",
                new { partition }
            )
        );

    public AppendResult Append(Claim claim, IReadOnlyList<StreamAppend> appends) =>
        Ask(() => _writer.Append(claim, appends));

    public IReadOnlyList<RecordedEvent> Read(string stream, long fromVersion = 1) =>
        Ask(() =>
        {
            // All queries see one state: a stream that is put away meanwhile is in one place or the other.
            using var transaction = _connection.BeginTransaction(deferred: true);
            var version = _connection.ExecuteScalar<long?>(JournalSql.Version, new { stream }, transaction) ?? 0;
            var rows = _connection
                .Query<EventRow>(JournalSql.Events(EventColumns), new { stream, fromVersion }, transaction)
                .AsList();
            if (rows.Count == 0 && _writer.Archived(stream, transaction) is { } archived)
                rows = [.. archived.Where(row => row.Version >= fromVersion)];
            return JournalRows.Events(stream, fromVersion, rows, version);
        });

    public IReadOnlyList<OpenStream> ReadOpen(int partition) =>
        Ask(() =>
        {
            // Both queries see one state.
            using var transaction = _connection.BeginTransaction(deferred: true);
            var streams = _connection.Query<StreamRow>(JournalSql.OpenStreams, new { partition }, transaction);
            var events = _connection.Query<EventRow>(
                JournalSql.OpenEvents(EventColumns),
                new { partition },
                transaction
            );
            return JournalRows.Open(streams, events);
        });

    public IReadOnlyList<StreamInfo> Streams(string prefix = "", string? after = null, int max = int.MaxValue) =>
        Ask(() =>
            _connection
                .Query<(string Stream, long Version)>(
                    JournalSql.Streams,
                    new
                    {
                        prefix,
                        after,
                        max,
                    }
                )
                .Select(row => new StreamInfo(row.Stream, row.Version))
                .ToList()
        );

    public OutboxPage ReadOutbox(int partition, long afterPosition, int max) =>
        Ask(() =>
            JournalRows.Page(
                afterPosition,
                _connection.Query<EventRow>(
                    JournalSql.Outbox(EventColumns),
                    new
                    {
                        partition,
                        afterPosition,
                        max,
                    }
                )
            )
        );

    public long PublishedPosition(int partition) =>
        Ask(() =>
            _connection.ExecuteScalar<long?>(
                "SELECT published FROM partitions WHERE partition = @partition",
                new { partition }
            ) ?? 0
        );

    public void MarkPublished(int partition, long position) =>
        Ask(() =>
            _connection.Execute(
                "INSERT INTO partitions (partition, published) VALUES (@partition, @position) "
                    + "ON CONFLICT (partition) DO UPDATE SET published = max(published, excluded.published)",
                new { partition, position }
            )
        );

    public int Archive(Claim claim, DateTimeOffset closedBefore, int max) =>
        Ask(() => _writer.Archive(claim, closedBefore, max));

    public IReadOnlyList<ArchivedStream> ReadArchive(string prefix, string? after, int max) =>
        Ask(() =>
            _connection
                .Query<(string Stream, long Version, byte[] Events)>(
                    JournalSql.Archive,
                    new
                    {
                        prefix,
                        after,
                        max,
                    }
                )
                .Select(row => JournalRows.Archived(row.Stream, row.Version, row.Events))
                .ToList()
        );

    public int DropArchived(Claim claim, DateTimeOffset closedBefore, int max) =>
        Ask(() => _writer.DropArchived(claim, closedBefore, max));

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

    private static T Ask<T>(Func<T> request)
    {
        try
        {
            return request();
        }
        catch (SqliteException error) when (IsPassing(error))
        {
            throw new JournalUnavailableException(error.Message, error);
        }
    }

    /// <summary>Locked for too long, no room on the disk, a disk that doesn't answer: none is in the file itself.</summary>
    private static bool IsPassing(SqliteException error) =>
        error.SqliteErrorCode
            is SQLitePCL.raw.SQLITE_BUSY
                or SQLitePCL.raw.SQLITE_LOCKED
                or SQLitePCL.raw.SQLITE_IOERR
                or SQLitePCL.raw.SQLITE_FULL
                or SQLitePCL.raw.SQLITE_CANTOPEN;
}
