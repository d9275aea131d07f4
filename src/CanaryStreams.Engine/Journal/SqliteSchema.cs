using Dapper;
using Microsoft.Data.Sqlite;

namespace CanaryStreams.Engine.Journal;

/// <summary>Tables of the SQLite journal, and how an older file becomes a newer one.</summary>
internal static class SqliteSchema
{
    /// <summary>Partition of the rollouts that ended before there were any.</summary>
    public const int OfNobody = -1;

    /// <summary>The n-th script leads from version n to n + 1; a script that was released is never changed.</summary>
    private static readonly string[] Migrations =
    [
        """
            CREATE TABLE events (
                position INTEGER PRIMARY KEY AUTOINCREMENT,
                stream   TEXT    NOT NULL,
                version  INTEGER NOT NULL,
                type     TEXT    NOT NULL,
                payload  BLOB    NOT NULL,
                checksum INTEGER NOT NULL,
                UNIQUE (stream, version)
            );
            CREATE TABLE marks (name TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE checkpoints (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
            """,
        // Streams get a partition. Those of before have none: an ended rollout's needs none any more.
        """
            CREATE TABLE streams (
                stream            TEXT    PRIMARY KEY,
                partition         INTEGER NOT NULL,
                version           INTEGER NOT NULL,
                first_position    INTEGER NOT NULL,
                last_position     INTEGER NOT NULL,
                closed_at         INTEGER,
                snapshot          BLOB,
                snapshot_version  INTEGER NOT NULL DEFAULT 0,
                snapshot_checksum INTEGER NOT NULL DEFAULT 0
            ) WITHOUT ROWID;
            CREATE INDEX streams_order ON streams (first_position);
            CREATE INDEX streams_open ON streams (partition, first_position) WHERE closed_at IS NULL;
            CREATE INDEX streams_closed ON streams (partition, closed_at) WHERE closed_at IS NOT NULL;
            INSERT INTO streams (stream, partition, version, first_position, last_position, closed_at)
                SELECT stream, -1, max(version), min(position), max(position), 0 FROM events GROUP BY stream;
            ALTER TABLE events ADD COLUMN partition INTEGER NOT NULL DEFAULT -1;
            CREATE INDEX events_outbox ON events (partition, position);
            CREATE TABLE partitions (
                partition INTEGER PRIMARY KEY,
                claim     INTEGER NOT NULL DEFAULT 0,
                owner     TEXT,
                published INTEGER NOT NULL DEFAULT 0
            );
            CREATE TABLE archive (
                stream         TEXT    PRIMARY KEY,
                partition      INTEGER NOT NULL,
                version        INTEGER NOT NULL,
                closed_at      INTEGER NOT NULL,
                events         BLOB    NOT NULL
            ) WITHOUT ROWID;
            CREATE INDEX archive_closed ON archive (partition, closed_at);
            DROP TABLE marks;
            DROP TABLE checkpoints;
            """,
        // The rollouts carried over count as ended now: with no time of their own they would be forgotten at once, and a
        // request that is still young could begin one of them again.
        """
            UPDATE streams SET closed_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000 WHERE partition = -1 AND closed_at = 0;
            """,
    ];

    private const string RunningOfBefore = """
        SELECT stream FROM events WHERE stream LIKE 'rollout/%'
        GROUP BY stream HAVING sum(type IN ('rollout.ended.v1', 'rollout.refused.v1')) = 0 ORDER BY min(position)
        """;

    public static int Current => Migrations.Length;

    /// <exception cref="InvalidOperationException">A newer program wrote the file, or an older one that still has rollouts under way.</exception>
    public static void Migrate(SqliteConnection connection, string path)
    {
        var version = connection.ExecuteScalar<int>("PRAGMA user_version");
        Check(version, path);
        for (; version < Current; version++)
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            // Another process may have been faster while this one waited for the lock.
            if (connection.ExecuteScalar<int>("PRAGMA user_version", transaction: transaction) == version)
            {
                if (version == 1)
                    ThrowIfRunning(connection, transaction, path);
                connection.Execute(Migrations[version], transaction: transaction);
                connection.Execute($"PRAGMA user_version = {version + 1}", transaction: transaction);
            }
            transaction.Commit();
        }
    }

    /// <exception cref="InvalidOperationException">A newer program wrote the file.</exception>
    public static void Check(int version, string path)
    {
        if (version > Current)
            throw new InvalidOperationException(
                $"journal '{path}' has schema version {version}; this program knows versions up to {Current}: use a newer one"
            );
    }

    /// <summary>Which partition an old rollout belongs to can't be told from its events.</summary>
    private static void ThrowIfRunning(SqliteConnection connection, SqliteTransaction transaction, string path)
    {
        var running = connection.Query<string>(RunningOfBefore, transaction: transaction).ToList();
        if (running.Count > 0)
            throw new InvalidOperationException(
                $"journal '{path}' is of an older version and has rollouts under way ({string.Join(", ", running)}), which "
                    + "can't be carried over: let the version that began them end them, or cancel them with it"
            );
    }
}
