using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Tests.Journal;
using CanaryStreams.Integration.Tests.Fixtures;
using Dapper;
using Npgsql;

namespace CanaryStreams.Integration.Tests.Journal;

public sealed class PostgresJournalTests(SharedPostgres shared) : JournalContract, IAsyncLifetime
{
    private PostgresUrl _url = null!;
    private PostgresDatabase? _database;

    private PostgresDatabase Database => _database ??= PostgresDatabase.Open(_url);

    public async ValueTask InitializeAsync() => _url = PostgresServer.Parsed((await shared.GetAsync()).NewUrl());

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    protected override IJournal Create() => Database.Journal();

    protected override void Cleanup() => _database?.Dispose();

    [Fact]
    public void Reopened_HoldsWhatWasAppended()
    {
        Append("s", 0, "one");
        Journal.MarkPublished(0, 1);
        Database.Dispose();

        using var again = PostgresDatabase.Open(_url);

        again.Journal().Read("s").ShouldHaveSingleItem();
        again.Journal().PublishedPosition(0).ShouldBe(1);
    }

    [Theory]
    [InlineData("UPDATE events SET payload = 'TWO' WHERE stream = 's' AND version = 2", "checksum")]
    [InlineData("UPDATE events SET type = 'other.v1' WHERE stream = 's' AND version = 2", "checksum")]
    [InlineData("DELETE FROM events WHERE stream = 's' AND version = 2", "missing")]
    public void Read_OfWhatIsNotAsWritten_StopsThatStreamAlone(string damage, string expected)
    {
        Append("s", 0, "one", "two", "three");
        Append("t", 0, "fine");
        Execute(damage);
        var open = Journal.ReadOpen(0);
        open.Select(s => (s.Stream, s.Corrupt?.Version)).ShouldBe([("s", 2), ("t", null)]);
        Journal.ReadOutbox(0, 0, 10).Events.Select(Text).ShouldBe(["one", "three", "fine"]);

        var thrown = Should.Throw<JournalCorruptException>(() => Journal.Read("s"));

        (thrown.Stream, thrown.Version).ShouldBe(("s", 2));
        thrown.Message.ShouldContain(expected);
        Journal.Read("t").ShouldHaveSingleItem();
    }

    [Fact]
    public void Read_WithoutTheLastEventOfAStream_NoticesThatItIsMissing() =>
        ShouldNoticeThatLastEventsAreMissing(Execute);

    private void Execute(string sql)
    {
        using var connection = new NpgsqlConnection(_url.Settings.ConnectionString);
        connection.Execute($"SET search_path = {_url.Schema}; {sql}");
    }
}
