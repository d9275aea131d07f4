using CanaryStreams.Engine.Journal;
using Dapper;

namespace CanaryStreams.Engine.Snapshots;

/// <summary>
/// Snapshots in the journal's database, where every process finds them: a partition that moves takes its state along. One row per
/// key; a state of more than 1 GB doesn't fit.
/// </summary>
internal sealed class PostgresSnapshots(PostgresDatabase database) : ISnapshotStore
{
    /// <summary>Stored as they are: a state is packed already.</summary>
    public const string Table = """
        CREATE TABLE snapshots (
            key     text  COLLATE "C" PRIMARY KEY,
            bytes   bytea NOT NULL,
            written timestamptz NOT NULL DEFAULT now()
        );
        ALTER TABLE snapshots ALTER bytes SET STORAGE EXTERNAL;

        """;

    public byte[]? Read(string key) =>
        database.Ask(connection =>
            connection.ExecuteScalar<byte[]?>("SELECT bytes FROM snapshots WHERE key = @key", new { key })
        );

    public void Write(string key, ReadOnlySpan<byte> bytes)
    {
        var value = bytes.ToArray();
        database.Ask(connection =>
            connection.Execute(
                "INSERT INTO snapshots (key, bytes) VALUES (@key, @value) "
                    + "ON CONFLICT (key) DO UPDATE SET bytes = excluded.bytes, written = excluded.written",
                new { key, value }
            )
        );
    }

    public void Delete(string key) =>
        database.Ask(connection => connection.Execute("DELETE FROM snapshots WHERE key = @key", new { key }));
}
