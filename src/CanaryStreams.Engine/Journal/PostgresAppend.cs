using Npgsql;
using NpgsqlTypes;

namespace CanaryStreams.Engine.Journal;

/// <summary>
/// One append as the columns that <c>append_events</c> takes: a row for each stream, as it is behind all that is appended to it,
/// and a row for each event.
/// </summary>
internal sealed class PostgresAppend
{
    private const string Call =
        "CALL append_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, NULL, NULL)";

    /// <summary>No version of a stream: whoever expects it has a conflict.</summary>
    private const long Nowhere = -1;

    private readonly Claim _claim;
    private readonly List<StreamColumns> _streams = [];
    private readonly List<EventRow> _events = [];

    private PostgresAppend(Claim claim) => _claim = claim;

    public static PostgresAppend Of(Claim claim, IReadOnlyList<StreamAppend> appends)
    {
        var batch = new PostgresAppend(claim);
        var byName = new Dictionary<string, StreamColumns>(StringComparer.Ordinal);
        foreach (var append in appends)
        {
            if (!byName.TryGetValue(append.Stream, out var stream))
            {
                stream = new StreamColumns(append.Stream, append.ExpectedVersion);
                byName.Add(append.Stream, stream);
                batch._streams.Add(stream);
            }
            batch.Add(stream, append);
        }
        return batch;
    }

    public AppendResult Run(NpgsqlConnection connection)
    {
        for (var isAgain = false; ; isAgain = true)
        {
            try
            {
                var (outcome, names) = RunOnce(connection);
                if (outcome != "archived")
                    return Result(outcome, names);
                foreach (var name in names)
                    PostgresArchive.GiveBack(connection, _claim, name);
            }
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UniqueViolation && !isAgain)
            {
                // Another partition's writer has begun the same stream meanwhile: now it can be seen, and is a conflict.
            }
        }
    }

    private static AppendResult Result(string outcome, IReadOnlyList<string> names) =>
        outcome switch
        {
            "appended" => AppendResult.Appended,
            "fenced" => AppendResult.Fenced,
            "conflict" => new AppendResult(names),
            _ => throw new InvalidOperationException($"append_events answered '{outcome}'"),
        };

    private void Add(StreamColumns stream, StreamAppend append)
    {
        if (append.ExpectedVersion != stream.Version)
            stream.Expected = Nowhere;
        foreach (var added in append.Events)
        {
            var payload = added.Payload.ToArray();
            var checksum = Checksum.Of(append.Stream, ++stream.Version, added.Type, payload);
            _events.Add(new EventRow(0, append.Stream, stream.Version, added.Type, payload, checksum));
        }
        stream.ClosedAt = append.ClosedAt?.ToUnixTimeMilliseconds();
        if (append.Snapshot is not { } snapshot)
            return;
        stream.Snapshot = snapshot.ToArray();
        stream.SnapshotVersion = stream.Version;
        stream.SnapshotChecksum = JournalRows.ChecksumOfSnapshot(append.Stream, stream.Version, snapshot.Span);
    }

    private (string Outcome, string[] Names) RunOnce(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(Call, connection);
        command
            .With(_claim.Partition)
            .With(_claim.Number)
            .WithArray(NpgsqlDbType.Text, _streams, stream => stream.Name)
            .WithArray(NpgsqlDbType.Bigint, _streams, stream => stream.Expected)
            .WithArray(NpgsqlDbType.Bigint, _streams, stream => stream.Version)
            .WithArray(NpgsqlDbType.Bigint, _streams, stream => stream.ClosedAt)
            .WithArray(NpgsqlDbType.Bytea, _streams, stream => stream.Snapshot)
            .WithArray(NpgsqlDbType.Bigint, _streams, stream => stream.SnapshotVersion)
            .WithArray(NpgsqlDbType.Bigint, _streams, stream => stream.SnapshotChecksum)
            .WithArray(NpgsqlDbType.Text, _events, row => row.Stream)
            .WithArray(NpgsqlDbType.Bigint, _events, row => row.Version)
            .WithArray(NpgsqlDbType.Text, _events, row => row.Type)
            .WithArray(NpgsqlDbType.Bytea, _events, row => row.Payload)
            .WithArray(NpgsqlDbType.Bigint, _events, row => row.Checksum);
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetString(0), reader.IsDBNull(1) ? [] : reader.GetFieldValue<string[]>(1));
    }

    private sealed class StreamColumns(string name, long expected)
    {
        public string Name { get; } = name;

        public long Expected { get; set; } = expected;

        public long Version { get; set; } = expected;

        public long? ClosedAt { get; set; }

        public byte[]? Snapshot { get; set; }

        public long SnapshotVersion { get; set; }

        public long SnapshotChecksum { get; set; }
    }
}
