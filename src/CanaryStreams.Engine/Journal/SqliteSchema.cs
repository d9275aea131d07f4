using Dapper;
using Microsoft.Data.Sqlite;

namespace CanaryStreams.Engine.Journal;

/// <summary>Tables of the SQLite journal, and how an older file becomes a newer one.</summary>
internal static class SqliteSchema
{
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
    ];

    public static int Current => Migrations.Length;

    /// <exception cref="InvalidOperationException">A newer program wrote the file.</exception>
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
}
