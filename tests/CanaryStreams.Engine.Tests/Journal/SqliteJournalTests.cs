using CanaryStreams.Engine.Journal;
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
        Journal.MarkPublished(0, 1);
        Journal.Dispose();

        using var again = SqliteJournal.Open(File);

        again.Read("s").ShouldHaveSingleItem();
        again.PublishedPosition(0).ShouldBe(1);
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
        var open = Journal.ReadOpen(0);
        open.Select(s => (s.Stream, s.Corrupt?.Version)).ShouldBe([("s", 2), ("t", null)]);
        Journal.ReadOutbox(0, 0, 10).Events.Select(Text).ShouldBe(["one", "three", "fine"]);

        var thrown = Should.Throw<JournalCorruptException>(() => Journal.Read("s"));

        thrown.Stream.ShouldBe("s");
        thrown.Version.ShouldBe(2);
        thrown.Message.ShouldContain(expected);
        thrown.Message.ShouldContain("To go on");
        Journal.Read("t").ShouldHaveSingleItem();
    }

    [Fact]
    public void Read_WithoutTheLastEventOfAStream_NoticesThatItIsMissing() =>
        ShouldNoticeThatLastEventsAreMissing(Damage);

    [Fact]
    public void ReadOpen_WithASnapshotThatIsNotAsWritten_GivesNoneAndSaysThatThereWasOne()
    {
        Journal.Append(Mine, [Of("s", 0, "one", "two") with { Snapshot = "state"u8.ToArray() }]);
        Append("s", 2, "three");
        Damage("UPDATE streams SET snapshot = X'00'");

        var open = Journal.ReadOpen(0).ShouldHaveSingleItem();

        open.Snapshot.ShouldBeNull();
        (open.SnapshotVersion, open.Events.Count, open.Corrupt).ShouldBe((2, 1, null));
        Journal.Read("s").Count.ShouldBe(3);
    }

    [Fact]
    public void ReadArchive_OfWhatCannotBeUnpacked_SaysSoOfThatStreamOnly()
    {
        Journal.Append(
            Mine,
            [
                Of("r/a", 0, "1") with
                {
                    ClosedAt = default(DateTimeOffset),
                },
                Of("r/b", 0, "1") with
                {
                    ClosedAt = default(DateTimeOffset),
                },
            ]
        );
        Journal.MarkPublished(0, Outbox()[^1].Position);
        Journal.Archive(Mine, DateTimeOffset.UnixEpoch, 10).ShouldBe(2);
        Damage("UPDATE archive SET events = X'0102' WHERE stream = 'r/a'");

        var page = Journal.ReadArchive("r/", null, 10);

        page.Select(s => (s.Stream, s.Events.Count)).ShouldBe([("r/a", 0), ("r/b", 1)]);
        page[0].Corrupt!.Message.ShouldContain("unpacked");
        page[1].Corrupt.ShouldBeNull();
    }

    [Fact]
    public void ReadOnly_WhileAWriterIsAtWork_SeesWhatIsCommitted()
    {
        Append("s", 0, "one");
        using var reader = SqliteJournal.OpenReadOnly(File);

        Append("s", 1, "two");

        reader.Read("s").Count.ShouldBe(2);
        Should.Throw<SqliteException>(() => reader.MarkPublished(0, 1));
    }

    [Fact]
    public void ReadOnly_OfAFileThatIsNotThere_SaysSo() =>
        Should.Throw<FileNotFoundException>(() => SqliteJournal.OpenReadOnly(_folder.File("none.db")));

    [Fact]
    public void Append_OfTwoProcessesAtOnce_GivesTheLaterAConflict()
    {
        using var other = SqliteJournal.Open(File);

        Append("s", 0, "mine").IsAppended.ShouldBeTrue();

        other.Append(Mine, [Of("s", 0, "zombie")]).Conflicts.ShouldBe(["s"]);
    }

    [Fact]
    public void Open_OfANewerFile_IsRefused()
    {
        Append("s", 0, "one");
        Damage("PRAGMA user_version = 99");

        Should.Throw<InvalidOperationException>(() => SqliteJournal.Open(File)).Message.ShouldContain("99");
    }

    [Theory]
    [InlineData("rollout.ended.v1", null)]
    [InlineData("rollout.held.v1", "rollout/r")]
    public void Open_OfAFileOfTheFirstVersion_CarriesEndedRolloutsOver(string last, string? running)
    {
        MakeFirstVersion(last);

        if (running is not null)
        {
            Should
                .Throw<InvalidOperationException>(() => SqliteJournal.Open(_folder.File("old.db")))
                .Message.ShouldContain(running);
            return;
        }
        using var opened = SqliteJournal.Open(_folder.File("old.db"));
        opened.Read("rollout/r").ShouldHaveSingleItem().Type.ShouldBe(last);
        opened.Streams().ShouldBe([new StreamInfo("rollout/r", 1)]);
        opened.ReadOpen(0).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Archive_OfARolloutCarriedOverFromTheFirstVersion_IsAsOfOneThatEndedThen(bool wasCarriedOverBefore)
    {
        MakeFirstVersion("rollout.ended.v1");
        if (wasCarriedOverBefore)
        {
            // As the second version left it.
            SqliteJournal.Open(_folder.File("old.db")).Dispose();
            SqliteFile.Execute(_folder.File("old.db"), "UPDATE streams SET closed_at = 0; PRAGMA user_version = 2");
        }
        var before = TimeProvider.System.GetUtcNow().AddHours(-1);
        using var opened = SqliteJournal.Open(_folder.File("old.db"));
        var claim = opened.Claim(3, "me");

        opened.Archive(claim, before, 10).ShouldBe(0);
        opened.Archive(claim, before.AddHours(2), 10).ShouldBe(1);

        opened.Streams().ShouldBeEmpty();
        opened.ReadArchive("", null, 10).ShouldHaveSingleItem().Corrupt.ShouldBeNull();
        opened.DropArchived(claim, before, 10).ShouldBe(0);
        opened.Append(claim, [Of("rollout/r", 1, "label") with { ClosedAt = before }]).IsAppended.ShouldBeTrue();
        opened.ReadOutbox(3, 0, 10).Events.Select(Text).ShouldBe(["label"], "what is carried over is never published");
        opened.MarkPublished(3, 2);
        opened.Archive(claim, before.AddHours(2), 10).ShouldBe(1);
        opened.DropArchived(claim, before.AddHours(2), 10).ShouldBe(1);
        opened.Read("rollout/r").ShouldBeEmpty();
    }

    private void MakeFirstVersion(string last)
    {
        SqliteFile.Execute(
            _folder.File("old.db"),
            "CREATE TABLE events (position INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, version INTEGER NOT NULL, "
                + "type TEXT NOT NULL, payload BLOB NOT NULL, checksum INTEGER NOT NULL, UNIQUE (stream, version)); "
                + "CREATE TABLE marks (name TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID; "
                + "CREATE TABLE checkpoints (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID; "
                + "PRAGMA user_version = 1;"
        );
        var checksum = Checksum.Of("rollout/r", 1, last, "{}"u8);
        SqliteFile.Execute(
            _folder.File("old.db"),
            "INSERT INTO events (stream, version, type, payload, checksum) VALUES ('rollout/r', 1, @last, '{}', @checksum)",
            new { last, checksum }
        );
    }

    private void Damage(string sql) => SqliteFile.Execute(File, sql);
}
