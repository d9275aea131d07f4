using Dapper;
using Microsoft.Data.Sqlite;

namespace CanaryStreams.Engine.Journal;

/// <summary>The writing half of the SQLite journal: each call is one transaction.</summary>
internal sealed class SqliteWriter(SqliteConnection connection)
{
    public AppendResult Append(Claim claim, IReadOnlyList<StreamAppend> appends)
    {
        // Immediate: two writers queue here instead of failing at the first insert.
        using var transaction = connection.BeginTransaction(deferred: false);
        if (!Holds(claim, transaction))
            return AppendResult.Fenced;
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
        Insert(claim.Partition, appends, transaction);
        transaction.Commit();
        return AppendResult.Appended;
    }

    /// <summary>An archived stream's events; null where there is no such archive.</summary>
    public IReadOnlyList<EventRow>? Archived(string stream, SqliteTransaction? transaction = null) =>
        connection.ExecuteScalar<byte[]?>(
            "SELECT events FROM archive WHERE stream = @stream",
            new { stream },
            transaction
        )
            is { } packed
            ? ArchivedEvents.Unpack(stream, packed)
            : null;

    public int Archive(Claim claim, DateTimeOffset closedBefore, int max)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        if (!Holds(claim, transaction))
            return 0;
        // Those of nobody are put away by whoever comes first; they were published, or never will be, before they were carried over.
        var due = connection
            .Query<(string Stream, int Partition, long Version, long ClosedAt)>(
                "SELECT stream, partition, version, closed_at FROM streams "
                    + "WHERE partition IN (@Partition, @OfNobody) AND closed_at < @before AND (partition = @OfNobody "
                    + "OR last_position <= (SELECT published FROM partitions WHERE partition = @Partition)) "
                    + "ORDER BY closed_at LIMIT @max",
                new
                {
                    claim.Partition,
                    SqliteSchema.OfNobody,
                    before = closedBefore.ToUnixTimeMilliseconds(),
                    max,
                },
                transaction
            )
            .ToList();
        foreach (var (stream, partition, version, closedAt) in due)
        {
            var rows = connection
                .Query<EventRow>(
                    "SELECT position, stream, version, type, CAST(payload AS BLOB) AS payload, checksum FROM events "
                        + "WHERE stream = @stream ORDER BY version",
                    new { stream },
                    transaction
                )
                .ToList();
            connection.Execute(
                "INSERT INTO archive (stream, partition, version, closed_at, events) "
                    + "VALUES (@stream, @partition, @version, @closedAt, @packed); "
                    + "DELETE FROM events WHERE stream = @stream; DELETE FROM streams WHERE stream = @stream;",
                new
                {
                    stream,
                    partition,
                    version,
                    closedAt,
                    packed = ArchivedEvents.Pack(rows),
                },
                transaction
            );
        }
        transaction.Commit();
        return due.Count;
    }

    public int DropArchived(Claim claim, DateTimeOffset closedBefore, int max)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        if (!Holds(claim, transaction))
            return 0;
        var dropped = connection.Execute(
            "DELETE FROM archive WHERE stream IN (SELECT stream FROM archive "
                + "WHERE partition IN (@Partition, @OfNobody) AND closed_at < @before ORDER BY closed_at LIMIT @max)",
            new
            {
                claim.Partition,
                SqliteSchema.OfNobody,
                before = closedBefore.ToUnixTimeMilliseconds(),
                max,
            },
            transaction
        );
        transaction.Commit();
        return dropped;
    }

    private bool Holds(Claim claim, SqliteTransaction transaction) =>
        connection.ExecuteScalar<long?>(
            "SELECT claim FROM partitions WHERE partition = @Partition",
            new { claim.Partition },
            transaction
        ) == claim.Number;

    private long VersionOf(string stream, SqliteTransaction transaction) =>
        connection.ExecuteScalar<long?>(JournalSql.Version, new { stream }, transaction) ?? 0;

    private void Insert(int partition, IReadOnlyList<StreamAppend> appends, SqliteTransaction transaction)
    {
        foreach (var append in appends)
        {
            if (append.ExpectedVersion > 0)
                Unarchive(append.Stream, transaction);
            var (first, last) = (long.MaxValue, 0L);
            var version = append.ExpectedVersion;
            foreach (var added in append.Events)
            {
                last = InsertEvent(partition, append.Stream, ++version, added, transaction);
                first = Math.Min(first, last);
            }
            Update(partition, append, version, first, last, transaction);
        }
    }

    private long InsertEvent(
        int partition,
        string stream,
        long version,
        JournalEvent added,
        SqliteTransaction transaction
    ) =>
        connection.ExecuteScalar<long>(
            "INSERT INTO events (partition, stream, version, type, payload, checksum) "
                + "VALUES (@partition, @stream, @version, @Type, @payload, @checksum) RETURNING position",
            new
            {
                partition,
                stream,
                version,
                added.Type,
                payload = added.Payload.ToArray(),
                checksum = Checksum.Of(stream, version, added.Type, added.Payload.Span),
            },
            transaction
        );

    private void Update(
        int partition,
        StreamAppend append,
        long version,
        long first,
        long last,
        SqliteTransaction transaction
    )
    {
        var snapshot = append.Snapshot?.ToArray();
        connection.Execute(
            "INSERT INTO streams (stream, partition, version, first_position, last_position, closed_at, snapshot, snapshot_version, snapshot_checksum) "
                + "VALUES (@Stream, @partition, @version, @first, @last, @closedAt, @snapshot, @snapshotVersion, @snapshotChecksum) "
                + "ON CONFLICT (stream) DO UPDATE SET partition = excluded.partition, version = excluded.version, last_position = excluded.last_position, "
                + "closed_at = excluded.closed_at, snapshot = coalesce(excluded.snapshot, snapshot), "
                + "snapshot_version = iif(excluded.snapshot IS NULL, snapshot_version, excluded.snapshot_version), "
                + "snapshot_checksum = iif(excluded.snapshot IS NULL, snapshot_checksum, excluded.snapshot_checksum)",
            new
            {
                append.Stream,
                partition,
                version,
                first,
                last,
                closedAt = append.ClosedAt?.ToUnixTimeMilliseconds(),
                snapshot,
                snapshotVersion = snapshot is null ? 0 : version,
                snapshotChecksum = snapshot is null
                    ? 0
                    : JournalRows.ChecksumOfSnapshot(append.Stream, version, snapshot),
            },
            transaction
        );
    }

    /// <summary>Something more happened to a stream that was put away: it is as it was, and waits to be put away again.</summary>
    private void Unarchive(string stream, SqliteTransaction transaction)
    {
        if (Archived(stream, transaction) is not { } rows)
            return;
        foreach (var row in rows)
            connection.Execute(
                "INSERT INTO events (position, partition, stream, version, type, payload, checksum) SELECT @Position, partition, "
                    + "@Stream, @Version, @Type, @Payload, @Checksum FROM archive WHERE stream = @Stream",
                row,
                transaction
            );
        connection.Execute(
            "INSERT INTO streams (stream, partition, version, first_position, last_position, closed_at) "
                + "SELECT stream, partition, version, @First, @Last, closed_at FROM archive WHERE stream = @stream; "
                + "DELETE FROM archive WHERE stream = @stream",
            new
            {
                stream,
                First = rows[0].Position,
                Last = rows[^1].Position,
            },
            transaction
        );
    }
}
