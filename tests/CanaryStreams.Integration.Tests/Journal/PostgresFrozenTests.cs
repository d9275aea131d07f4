using CanaryStreams.Engine.Journal;
using CanaryStreams.Integration.Tests.Fixtures;
using Dapper;
using Npgsql;

namespace CanaryStreams.Integration.Tests.Journal;

/// <summary>A writer that stands still in the middle of a call holds up nobody who takes its partition over.</summary>
public sealed class PostgresFrozenTests(SharedPostgres shared)
{
    /// <summary>One event of a new stream, under the first claim of partition 0.</summary>
    private const string Append = """
        CALL append_events(0, 1, ARRAY['s'], '{0}'::bigint[], '{1}'::bigint[], '{NULL}'::bigint[], '{NULL}'::bytea[],
            '{0}'::bigint[], '{0}'::bigint[], ARRAY['s'], '{1}'::bigint[], ARRAY['type.v1'], ARRAY['x'::bytea],
            '{0}'::bigint[], NULL, NULL)
        """;

    [Theory]
    [InlineData(Append, false)]
    [InlineData("SELECT FROM partitions WHERE partition = 0 FOR UPDATE", true)]
    public async Task Claim_WhileTheClaimBeforeIsFrozenInACall_IsHeldUpByAnOrdinaryStatementAlone(
        string call,
        bool isHeldUp
    )
    {
        var server = await shared.GetAsync();
        var url = PostgresServer.Parsed(server.NewUrl());
        using var database = PostgresDatabase.Open(url);
        database.Journal().Claim(0, "frozen");
        MakeUser(url);

        using var frozen = new RawPostgresClient(server, url.Schema);
        frozen.ExecuteAndFreeze(call);

        IsLocked(url).ShouldBe(isHeldUp);
        if (isHeldUp)
            return;
        database.Journal().Claim(0, "successor").Number.ShouldBe(2);
        database.Journal().Streams().ShouldBe([new StreamInfo("s", 1)]);
    }

    private static bool IsLocked(PostgresUrl url)
    {
        try
        {
            Execute(url, $"SELECT FROM {url.Schema}.partitions WHERE partition = 0 FOR UPDATE NOWAIT");
            return false;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return true;
        }
    }

    /// <summary>Both cases of the theory may be the first.</summary>
    private static void MakeUser(PostgresUrl url)
    {
        var exists = $"SELECT FROM pg_roles WHERE rolname = '{RawPostgresClient.User}'";
        Execute(
            url,
            $"DO $$ BEGIN IF NOT EXISTS ({exists}) THEN CREATE ROLE {RawPostgresClient.User} LOGIN SUPERUSER; END IF; END $$"
        );
    }

    private static void Execute(PostgresUrl url, string sql)
    {
        using var connection = new NpgsqlConnection(url.Settings.ConnectionString);
        connection.Execute(sql);
    }
}
