using System.Text;
using CanaryStreams.Engine.Journal;

namespace CanaryStreams.Engine.Tests.Journal;

/// <summary>What every journal promises; each implementation runs it.</summary>
public abstract class JournalContract : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private IJournal? _journal;
    private Claim? _mine;

    protected IJournal Journal => _journal ??= Create();

    protected Claim Mine => _mine ??= Journal.Claim(0, "me");

    protected abstract IJournal Create();

    [Fact]
    public void Append_ThenRead_GivesTheSameEventsInOrder()
    {
        Append("s", 0, "one", "two").IsAppended.ShouldBeTrue();
        Append("s", 2, "three").IsAppended.ShouldBeTrue();

        Journal
            .Read("s")
            .Select(e => (e.Version, e.Type, Text(e)))
            .ShouldBe([(1, "type.v1", "one"), (2, "type.v1", "two"), (3, "type.v1", "three")]);
        Journal.Read("s", fromVersion: 3).ShouldHaveSingleItem().Version.ShouldBe(3);
        Journal.Read("s", fromVersion: 4).ShouldBeEmpty();
        Journal.Read("nobody's").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Append_AtAnotherVersion_IsAConflictAndWritesNothing(long expected)
    {
        Append("s", 0, "one");

        Append("s", expected, "zombie").Conflicts.ShouldBe(["s"]);

        Journal.Read("s").ShouldHaveSingleItem();
    }

    [Fact]
    public void Append_ToManyStreamsWithOneConflict_WritesToNone()
    {
        Append("a", 0, "one");

        var result = Journal.Append(Mine, [Of("b", 0, "one"), Of("a", 0, "zombie"), Of("c", 0, "one")]);

        result.Conflicts.ShouldBe(["a"]);
        Journal.Streams().Select(s => s.Stream).ShouldBe(["a"]);
        Outbox().Count.ShouldBe(1);
    }

    [Fact]
    public void Append_ToOneStreamTwiceInAGroup_CountsOn()
    {
        Journal.Append(Mine, [Of("a", 0, "1", "2"), Of("b", 0, "3"), Of("a", 2, "4")]).IsAppended.ShouldBeTrue();

        Outbox().Select(e => $"{e.Stream}{e.Version} {Text(e)}").ShouldBe(["a1 1", "a2 2", "b1 3", "a3 4"]);
    }

    [Fact]
    public void Outbox_IsReadInGlobalOrderByPages()
    {
        for (var i = 0; i < 5; i++)
            Journal.Append(Mine, [Of(i % 2 == 0 ? "a" : "b", i / 2, $"{i}")]);

        var seen = new List<string>();
        var after = 0L;
        while (Journal.ReadOutbox(0, after, 2) is { Events: { Count: > 0 } events } page)
        {
            events.Count.ShouldBeLessThanOrEqualTo(2);
            seen.AddRange(events.Select(Text));
            events.Select(e => e.Position).ShouldBeInOrder();
            page.UpTo.ShouldBe(events[^1].Position);
            after = page.UpTo;
        }
        Journal.ReadOutbox(0, after, 2).UpTo.ShouldBe(after);

        seen.ShouldBe(["0", "1", "2", "3", "4"]);
    }

    [Fact]
    public void Mark_OnlyMovesForward()
    {
        Journal.PublishedPosition(0).ShouldBe(0);

        Journal.MarkPublished(0, 7);
        Journal.MarkPublished(0, 3);

        Journal.PublishedPosition(0).ShouldBe(7);
        Journal.PublishedPosition(1).ShouldBe(0);
    }

    [Fact]
    public void Streams_AreListedByPrefixInTheOrderOfTheirBeginning()
    {
        Append("r/b", 0, "1");
        Append("x/a", 0, "1");
        Append("r/a", 0, "1", "2");
        Append("r/b", 1, "2", "3");

        Journal.Streams("r/").ShouldBe([new StreamInfo("r/b", 3), new StreamInfo("r/a", 2)]);
        Journal.Streams().Count.ShouldBe(3);
        Journal.Streams("r/", max: 1).ShouldBe([new StreamInfo("r/b", 3)]);
        Journal.Streams("r/", after: "r/b", max: 5).ShouldBe([new StreamInfo("r/a", 2)]);
    }

    [Fact]
    public void Claim_EndsTheOneBefore()
    {
        Append("s", 0, "one");

        var next = Journal.Claim(0, "successor");

        next.Number.ShouldBe(Mine.Number + 1);
        Journal.OwnerOf(0).ShouldBe("successor");
        Journal.OwnerOf(1).ShouldBeNull();
        var zombies = Append("s", 1, "zombie");
        (zombies.IsFenced, zombies.IsAppended).ShouldBe((true, false));
        Append("new", 0, "zombie").IsFenced.ShouldBeTrue();
        Journal.Append(Mine, []).IsFenced.ShouldBeTrue("an append of nothing asks whether the claim still holds");
        Journal.Append(next, []).IsAppended.ShouldBeTrue();
        Journal.Append(next, [Of("s", 1, "two")]).IsAppended.ShouldBeTrue();
        Journal.Streams().ShouldBe([new StreamInfo("s", 2)]);
    }

    [Fact]
    public void Claim_OfOnePartition_LeavesTheOthers()
    {
        var other = Journal.Claim(1, "other");
        Append("s", 0, "one");
        Journal.Append(other, [Of("t", 0, "uno")]).IsAppended.ShouldBeTrue();
        Append("s", 1, "two");

        Outbox().Select(Text).ShouldBe(["one", "two"]);
        Outbox(1).Select(Text).ShouldBe(["uno"]);
        Journal.ReadOpen(1).ShouldHaveSingleItem().Stream.ShouldBe("t");
    }

    [Fact]
    public void ReadOpen_GivesStreamsThatAreNotClosedFromTheirSnapshotsOn()
    {
        Append("a", 0, "1", "2");
        Journal.Append(Mine, [Of("b", 0, "1") with { Snapshot = "state of b1"u8.ToArray() }, Of("c", 0, "1")]);
        Append("b", 1, "2");
        Journal.Append(Mine, [Of("c", 1, "end") with { ClosedAt = Noon }]);

        var open = Journal.ReadOpen(0);

        open.Select(s => (s.Stream, s.SnapshotVersion, s.Events.Count)).ShouldBe([("a", 0, 2), ("b", 1, 1)]);
        open[0].Snapshot.ShouldBeNull();
        Encoding.UTF8.GetString(open[1].Snapshot!.Value.Span).ShouldBe("state of b1");
        Text(open[1].Events[0]).ShouldBe("2");
    }

    [Fact]
    public void Archive_TakesPublishedStreamsThatClosedBefore_AndReadStillFindsThem()
    {
        Journal.Append(Mine, [Of("old", 0, "1", "2") with { ClosedAt = Noon }]);
        Journal.Append(Mine, [Of("new", 0, "1") with { ClosedAt = Noon.AddHours(2) }, Of("open", 0, "1")]);
        Journal.Archive(Mine, Noon.AddHours(1), 10).ShouldBe(0, "nothing is published yet");
        Journal.MarkPublished(0, Outbox()[^1].Position);

        Journal.Archive(Mine, Noon.AddHours(1), 10).ShouldBe(1);

        Journal.Streams().Select(s => s.Stream).ShouldBe(["new", "open"]);
        Journal.Read("old").Select(Text).ShouldBe(["1", "2"]);
        Journal.Read("old", fromVersion: 2).Select(Text).ShouldBe(["2"]);
        Append("old", 0, "again").Conflicts.ShouldBe(["old"]);
    }

    [Fact]
    public void Archive_OfAStreamThatGoesOn_GivesItBack()
    {
        Journal.Append(Mine, [Of("old", 0, "1", "2") with { ClosedAt = Noon }]);
        var published = Outbox()[^1].Position;
        Journal.MarkPublished(0, published);
        Journal.Archive(Mine, Noon.AddHours(1), 10).ShouldBe(1);

        Journal.Append(Mine, [Of("old", 2, "3") with { ClosedAt = Noon.AddDays(1) }]).IsAppended.ShouldBeTrue();

        Journal.Read("old").Select(Text).ShouldBe(["1", "2", "3"]);
        Journal.ReadOutbox(0, published, 10).Events.Select(Text).ShouldBe(["3"]);
        Journal.Archive(Mine, Noon.AddHours(1), 10).ShouldBe(0);
    }

    [Fact]
    public void ReadArchive_GivesItsStreamsByPagesInTheOrderOfTheirNames()
    {
        foreach (var name in new[] { "r/b", "x/a", "r/c", "r/a", "r/open" })
            Journal.Append(Mine, [Of(name, 0, $"1 of {name}", "2") with { ClosedAt = name == "r/open" ? null : Noon }]);
        Journal.ReadArchive("", null, 10).ShouldBeEmpty();
        Journal.MarkPublished(0, Outbox()[^1].Position);
        Journal.Archive(Mine, Noon.AddHours(1), 10).ShouldBe(4);

        var first = Journal.ReadArchive("r/", null, 2);
        var rest = Journal.ReadArchive("r/", first[^1].Stream, 2);

        first.Concat(rest).Select(s => s.Stream).ShouldBe(["r/a", "r/b", "r/c"]);
        first[0].Events.Select(e => (e.Version, Text(e))).ShouldBe([(1, "1 of r/a"), (2, "2")]);
        first[0].Corrupt.ShouldBeNull();
        Journal.ReadArchive("r/", "r/c", 2).ShouldBeEmpty();
    }

    [Fact]
    public void DropArchived_ForgetsThoseOfBefore()
    {
        Journal.Append(
            Mine,
            [Of("a", 0, "1") with { ClosedAt = Noon }, Of("b", 0, "1") with { ClosedAt = Noon.AddDays(1) }]
        );
        Journal.MarkPublished(0, Outbox()[^1].Position);
        Journal.Archive(Mine, Noon.AddDays(9), 10).ShouldBe(2);

        Journal.DropArchived(Mine, Noon.AddHours(1), 10).ShouldBe(1);

        Journal.Read("a").ShouldBeEmpty();
        Journal.Read("b").ShouldHaveSingleItem();
    }

    [Fact]
    public void Archive_UnderAClaimThatHasEnded_DoesNothing()
    {
        Journal.Append(Mine, [Of("a", 0, "1") with { ClosedAt = Noon }]);
        Journal.MarkPublished(0, Outbox()[^1].Position);
        Journal.Claim(0, "successor");

        Journal.Archive(Mine, Noon.AddDays(1), 10).ShouldBe(0);
        Journal.DropArchived(Mine, Noon.AddDays(1), 10).ShouldBe(0);

        Journal.Streams().ShouldHaveSingleItem();
    }

    /// <summary>For journals whose rows somebody else can delete: nothing behind a stream's last event tells that it is missing.</summary>
    /// <param name="execute">Runs a statement on the journal's tables.</param>
    protected void ShouldNoticeThatLastEventsAreMissing(Action<string> execute)
    {
        Journal.Append(Mine, [Of("ended", 0, "1", "2") with { ClosedAt = Noon }, Of("gone", 0, "1")]);
        execute("DELETE FROM events WHERE version = 2 OR stream = 'gone'");

        Should.Throw<JournalCorruptException>(() => Journal.Read("ended")).Version.ShouldBe(2);
        Should.Throw<JournalCorruptException>(() => Journal.Read("ended", fromVersion: 2)).Version.ShouldBe(2);
        Should.Throw<JournalCorruptException>(() => Journal.Read("gone")).Version.ShouldBe(1);
        Journal.MarkPublished(0, long.MaxValue);
        Journal.Archive(Mine, Noon.AddHours(1), 10).ShouldBe(1);
        Should.Throw<JournalCorruptException>(() => Journal.Read("ended")).Version.ShouldBe(2);
        var archived = Journal.ReadArchive("", null, 10).ShouldHaveSingleItem();
        (archived.Events.Count, archived.Corrupt!.Version).ShouldBe((1, 2));
    }

    public void Dispose()
    {
        _journal?.Dispose();
        Cleanup();
        GC.SuppressFinalize(this);
    }

    protected virtual void Cleanup() { }

    protected AppendResult Append(string stream, long expected, params string[] payloads) =>
        Journal.Append(Mine, [Of(stream, expected, payloads)]);

    protected IReadOnlyList<RecordedEvent> Outbox(int partition = 0) => Journal.ReadOutbox(partition, 0, 100).Events;

    protected static StreamAppend Of(string stream, long expected, params string[] payloads) =>
        new(stream, expected, [.. payloads.Select(p => new JournalEvent("type.v1", Encoding.UTF8.GetBytes(p)))]);

    protected static string Text(RecordedEvent recorded) => Encoding.UTF8.GetString(recorded.Payload.Span);
}
