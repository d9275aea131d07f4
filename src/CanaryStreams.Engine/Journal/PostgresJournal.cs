using System.Data;
using Dapper;

namespace CanaryStreams.Engine.Journal;

/// <summary>
/// The journal in PostgreSQL, for several processes: every statement is a transaction of its own, which the server ends without
/// the client, and durable on return (<c>synchronous_commit</c>).
/// </summary>
internal sealed class PostgresJournal(PostgresDatabase database) : IJournal
{
    private const string EventColumns = "e.position, e.stream, e.version, e.type, e.payload, e.checksum";

    public Claim Claim(int partition, string owner) =>
        database.Ask(connection => new Claim(
            partition,
            connection.ExecuteScalar<long>(
                "INSERT INTO partitions AS p (partition, claim, owner) VALUES (@partition, 1, @owner) "
                    + "ON CONFLICT (partition) DO UPDATE SET claim = p.claim + 1, owner = excluded.owner RETURNING claim",
                new { partition, owner }
            )
        ));

    public string? OwnerOf(int partition) =>
        database.Ask(connection =>
            connection.ExecuteScalar<string?>(
                "SELECT owner FROM partitions WHERE partition = @partition",
                new { partition }
            )
        );

    public AppendResult Append(Claim claim, IReadOnlyList<StreamAppend> appends)
    {
        var batch = PostgresAppend.Of(claim, appends);
        return database.Ask(batch.Run);
    }

    public IReadOnlyList<RecordedEvent> Read(string stream, long fromVersion = 1)
    {
        var (version, rows) = database.Ask(connection =>
        {
            // All queries see one state: a stream that is put away meanwhile is in one place or the other.
            using var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
            var last = connection.ExecuteScalar<long?>(JournalSql.Version, new { stream }, transaction) ?? 0;
            var found = connection
                .Query<EventRow>(JournalSql.Events(EventColumns), new { stream, fromVersion }, transaction)
                .AsList();
            if (found.Count == 0 && PostgresArchive.Find(connection, stream, transaction) is { } archived)
                found = [.. archived.Where(row => row.Version >= fromVersion)];
            return (last, found);
        });
        return JournalRows.Events(stream, fromVersion, rows, version);
    }

    public IReadOnlyList<OpenStream> ReadOpen(int partition) =>
        database.Ask(connection =>
        {
            // Both queries see one state.
            using var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
            var streams = connection.Query<StreamRow>(JournalSql.OpenStreams, new { partition }, transaction);
            var events = connection.Query<EventRow>(
                JournalSql.OpenEvents(EventColumns),
                new { partition },
                transaction
            );
            return JournalRows.Open(streams, events);
        });

    public IReadOnlyList<StreamInfo> Streams(string prefix = "", string? after = null, int max = int.MaxValue) =>
        database.Ask(connection =>
            connection
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

    public IReadOnlyList<ArchivedStream> ReadArchive(string prefix, string? after, int max) =>
        database.Ask(connection =>
            connection
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

    public OutboxPage ReadOutbox(int partition, long afterPosition, int max) =>
        database.Ask(connection =>
            JournalRows.Page(
                afterPosition,
                connection.Query<EventRow>(
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
        database.Ask(connection =>
            connection.ExecuteScalar<long?>(
                "SELECT published FROM partitions WHERE partition = @partition",
                new { partition }
            ) ?? 0
        );

    public void MarkPublished(int partition, long position) =>
        database.Ask(connection =>
            connection.Execute(
                "INSERT INTO partitions AS p (partition, published) VALUES (@partition, @position) "
                    + "ON CONFLICT (partition) DO UPDATE SET published = excluded.published WHERE p.published < excluded.published",
                new { partition, position }
            )
        );

    public int Archive(Claim claim, DateTimeOffset closedBefore, int max) =>
        database.Ask(connection => PostgresArchive.Fill(connection, claim, closedBefore, max));

    public int DropArchived(Claim claim, DateTimeOffset closedBefore, int max) =>
        database.Ask(connection => PostgresArchive.Drop(connection, claim, closedBefore, max));

    /// <summary>The database stays open for other journals over it.</summary>
    public void Dispose() { }
}
