using CanaryStreams.Engine.Journal;
using Dapper;
using Microsoft.Data.Sqlite;

namespace CanaryStreams.Engine.Tests.Journal;

public sealed class SqliteJournalTests : JournalContract
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder.File("new/journal.db");

    protected override IJournal Create() => SqliteJournal.Open(File);

    protected override void Cleanup() => _folder.Dispose();

    [Fact]
    public void Reopened_HoldsWhatWasAppended()
    {
        Append("s", 0, "one");
        Journal.MarkPublished(1);
        Journal.WriteCheckpoints([new("k", [9])]);
        Journal.Dispose();

        using var again = SqliteJournal.Open(File);

        again.Read("s").ShouldHaveSingleItem();
        again.PublishedPosition().ShouldBe(1);
        again.ReadCheckpoint("k").ShouldBe([9]);
    }

    [Theory]
    [InlineData("UPDATE events SET payload = 'TWO' WHERE version = 2", "checksum")]
    [InlineData("UPDATE events SET type = 'other.v1' WHERE version = 2", "checksum")]
    [InlineData("DELETE FROM events WHERE version = 2", "missing")]
    public void Read_OfWhatIsNotAsWritten_NamesStreamVersionAndHowToGoOn(string damage, string expected)
    {
        Append("s", 0, "one", "two", "three");
        Append("t", 0, "fine");
        Damage(damage);

        var thrown = Should.Throw<JournalCorruptException>(() => Journal.Read("s"));

        thrown.Stream.ShouldBe("s");
        thrown.Version.ShouldBe(2);
        thrown.Message.ShouldContain(expected);
        thrown.Message.ShouldContain("To go on");
        Journal.Read("t").ShouldHaveSingleItem();
    }

    [Fact]
    public void ReadOnly_WhileAWriterIsAtWork_SeesWhatIsCommitted()
    {
        Append("s", 0, "one");
        using var reader = SqliteJournal.OpenReadOnly(File);

        Append("s", 1, "two");

        reader.Read("s").Count.ShouldBe(2);
        Should.Throw<SqliteException>(() => reader.MarkPublished(1));
    }

    [Fact]
    public void ReadOnly_OfAFileThatIsNotThere_SaysSo() =>
        Should.Throw<FileNotFoundException>(() => SqliteJournal.OpenReadOnly(_folder.File("none.db")));

    [Fact]
    public void Append_OfTwoProcessesAtOnce_GivesTheLaterAConflict()
    {
        using var other = SqliteJournal.Open(File);

        Append("s", 0, "mine").IsAppended.ShouldBeTrue();

        other.Append([Of("s", 0, "zombie")]).Conflicts.ShouldBe(["s"]);
    }

    [Fact]
    public void Open_OfANewerFile_IsRefused()
    {
        Append("s", 0, "one");
        Damage("PRAGMA user_version = 99");

        Should.Throw<InvalidOperationException>(() => SqliteJournal.Open(File)).Message.ShouldContain("99");
    }

    private void Damage(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }
}
