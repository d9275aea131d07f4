using System.Globalization;
using CanaryStreams.Engine.Snapshots;
using Dapper;
using Npgsql;

namespace CanaryStreams.Engine.Journal;

/// <summary>Tables of the PostgreSQL journal, and how an older schema becomes a newer one.</summary>
internal static class PostgresSchema
{
    /// <summary>The n-th script leads from version n to n + 1; a script that was released is never changed.</summary>
    private static readonly string[] Migrations =
    [
        PostgresTables.Script + PostgresProcedures.Script + PostgresSnapshots.Table,
    ];

    public static int Current => Migrations.Length;

    /// <exception cref="InvalidOperationException">A newer program has migrated it.</exception>
    public static void Migrate(NpgsqlConnection connection, string schema)
    {
        // Looked up without a lock first, so that a user without the right to make tables can go on with those that are there.
        if (VersionOf(connection, schema) == Current)
            return;
        using var transaction = connection.BeginTransaction();
        // Of two processes that start at once the second one waits here, and finds the tables made.
        connection.Execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('canarystreams journal ' || @schema, 0))",
            new { schema },
            transaction
        );
        var version = VersionOf(connection, schema);
        if (version == 0)
            MakeSchema(connection, schema, transaction);
        for (; version < Current; version++)
        {
            connection.Execute(Migrations[version], transaction: transaction);
            connection.Execute(
                "UPDATE schema_version SET version = @version",
                new { version = version + 1 },
                transaction
            );
        }
        transaction.Commit();
    }

    /// <exception cref="InvalidOperationException">No engine of this version has opened it, or a newer one has.</exception>
    public static void ThrowIfNotCurrent(NpgsqlConnection connection, string schema)
    {
        if (VersionOf(connection, schema) < Current)
            throw new InvalidOperationException(
                $"schema '{schema}' holds no journal, or one that no engine of this version has opened yet: no engine has run here yet"
            );
    }

    /// <summary>0 where there is no journal.</summary>
    private static int VersionOf(NpgsqlConnection connection, string schema)
    {
        var isThere = connection.ExecuteScalar<bool>(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_tables WHERE schemaname = @schema AND tablename = 'schema_version')",
            new { schema }
        );
        var version = isThere ? connection.ExecuteScalar<int>("SELECT version FROM schema_version") : 0;
        if (version > Current)
            throw new InvalidOperationException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the journal in schema '{schema}' has version {version}; this program knows versions up to {Current}: use a newer one"
                )
            );
        return version;
    }

    private static void MakeSchema(NpgsqlConnection connection, string schema, NpgsqlTransaction transaction)
    {
        // Not IF NOT EXISTS, which asks for the right to make schemas even where there is nothing to make.
        if (!connection.ExecuteScalar<bool>("SELECT to_regnamespace(@schema) IS NOT NULL", new { schema }, transaction))
            connection.Execute($"CREATE SCHEMA \"{schema}\"", transaction: transaction);
        connection.Execute(
            "CREATE TABLE schema_version (version integer NOT NULL); INSERT INTO schema_version VALUES (0)",
            transaction: transaction
        );
    }
}
