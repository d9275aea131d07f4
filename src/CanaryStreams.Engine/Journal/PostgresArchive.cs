using System.Data;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace CanaryStreams.Engine.Journal;

/// <summary>
/// Streams put away. Events are read, packed here and handed back in one call that takes only what is still as it was read,
/// so nothing is locked while this side works.
/// </summary>
internal static class PostgresArchive
{
    private const string DueStreams =
        "SELECT s.stream, s.version, s.closed_at FROM streams s JOIN partitions p ON p.partition = s.partition "
        + "WHERE s.partition = @Partition AND p.claim = @Number AND s.closed_at < @before AND s.last_position <= p.published "
        + "ORDER BY s.closed_at LIMIT @max";

    public static int Fill(NpgsqlConnection connection, Claim claim, DateTimeOffset closedBefore, int max)
    {
        var (streams, rows) = ReadDue(connection, claim, closedBefore.ToUnixTimeMilliseconds(), max);
        if (streams.Count == 0)
            return 0;
        using var command = new NpgsqlCommand("CALL archive_streams($1, $2, $3, $4, $5, $6, NULL)", connection);
        command
            .With(claim.Partition)
            .With(claim.Number)
            .WithArray(NpgsqlDbType.Text, streams, due => due.Stream)
            .WithArray(NpgsqlDbType.Bigint, streams, due => due.Version)
            .WithArray(NpgsqlDbType.Bigint, streams, due => due.ClosedAt)
            .WithArray(NpgsqlDbType.Bytea, streams, due => ArchivedEvents.Pack([.. rows[due.Stream]]));
        return (int)command.ExecuteScalar()!;
    }

    public static int Drop(NpgsqlConnection connection, Claim claim, DateTimeOffset closedBefore, int max) =>
        connection.Execute(
            "WITH held AS (SELECT partition FROM partitions WHERE partition = @Partition AND claim = @Number FOR UPDATE) "
                + "DELETE FROM archive WHERE stream IN (SELECT a.stream FROM archive a JOIN held h ON h.partition = a.partition "
                + "WHERE a.closed_at < @before ORDER BY a.closed_at LIMIT @max)",
            new
            {
                claim.Partition,
                claim.Number,
                before = closedBefore.ToUnixTimeMilliseconds(),
                max,
            }
        );

    /// <summary>An archived stream's events; null where there is no such archive.</summary>
    public static IReadOnlyList<EventRow>? Find(
        NpgsqlConnection connection,
        string stream,
        NpgsqlTransaction transaction
    ) => Packed(connection, stream, transaction) is var (_, packed) ? ArchivedEvents.Unpack(stream, packed) : null;

    /// <summary>Something more happens to a stream that was put away: it is as it was, and waits to be put away again.</summary>
    public static void GiveBack(NpgsqlConnection connection, Claim claim, string stream)
    {
        if (Packed(connection, stream) is not var (version, packed))
            return;
        var rows = ArchivedEvents.Unpack(stream, packed);
        using var command = new NpgsqlCommand("CALL unarchive_stream($1, $2, $3, $4, $5, $6, $7, $8, $9)", connection);
        command
            .With(claim.Partition)
            .With(claim.Number)
            .With(stream)
            .With(version)
            .WithArray(NpgsqlDbType.Bigint, rows, row => row.Position)
            .WithArray(NpgsqlDbType.Bigint, rows, row => row.Version)
            .WithArray(NpgsqlDbType.Text, rows, row => row.Type)
            .WithArray(NpgsqlDbType.Bytea, rows, row => row.Payload)
            .WithArray(NpgsqlDbType.Bigint, rows, row => row.Checksum);
        command.ExecuteNonQuery();
    }

    private static (List<DueStream> Streams, ILookup<string, EventRow> Rows) ReadDue(
        NpgsqlConnection connection,
        Claim claim,
        long before,
        int max
    )
    {
        // Both queries see one state.
        using var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
        var streams = connection
            .Query<(string Stream, long Version, long ClosedAt)>(
                DueStreams,
                new
                {
                    claim.Partition,
                    claim.Number,
                    before,
                    max,
                },
                transaction
            )
            .Select(row => new DueStream(row.Stream, row.Version, row.ClosedAt))
            .ToList();
        var rows = connection.Query<EventRow>(
            "SELECT position, stream, version, type, payload, checksum FROM events WHERE stream = ANY (@names) ORDER BY stream, version",
            new { names = streams.Select(due => due.Stream).ToArray() },
            transaction
        );
        return (streams, rows.ToLookup(row => row.Stream, StringComparer.Ordinal));
    }

    private static (long Version, byte[] Events)? Packed(
        NpgsqlConnection connection,
        string stream,
        NpgsqlTransaction? transaction = null
    ) =>
        connection
            .Query<(long, byte[])>(
                "SELECT version, events FROM archive WHERE stream = @stream",
                new { stream },
                transaction
            )
            .Select(row => new (long, byte[])?(row))
            .SingleOrDefault();

    private readonly record struct DueStream(string Stream, long Version, long ClosedAt);
}
