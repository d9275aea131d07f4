using System.Text;
using CanaryStreams.Engine.Journal;

namespace CanaryStreams.Engine.Tests.Journal;

/// <summary>What every journal promises; each implementation runs it.</summary>
public abstract class JournalContract : IDisposable
{
    private IJournal? _journal;

    protected IJournal Journal => _journal ??= Create();

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

        var result = Journal.Append([Of("b", 0, "one"), Of("a", 0, "zombie"), Of("c", 0, "one")]);

        result.Conflicts.ShouldBe(["a"]);
        Journal.Streams().Select(s => s.Stream).ShouldBe(["a"]);
        Journal.ReadOutbox(0, 10).Count.ShouldBe(1);
    }

    [Fact]
    public void Append_ToOneStreamTwiceInAGroup_CountsOn()
    {
        Journal.Append([Of("a", 0, "1", "2"), Of("b", 0, "3"), Of("a", 2, "4")]).IsAppended.ShouldBeTrue();

        Journal
            .ReadOutbox(0, 10)
            .Select(e => $"{e.Stream}{e.Version} {Text(e)}")
            .ShouldBe(["a1 1", "a2 2", "b1 3", "a3 4"]);
    }

    [Fact]
    public void Outbox_IsReadInGlobalOrderByPages()
    {
        for (var i = 0; i < 5; i++)
            Journal.Append([Of(i % 2 == 0 ? "a" : "b", i / 2, $"{i}")]);

        var seen = new List<string>();
        var after = 0L;
        while (Journal.ReadOutbox(after, 2) is { Count: > 0 } page)
        {
            page.Count.ShouldBeLessThanOrEqualTo(2);
            seen.AddRange(page.Select(Text));
            page.Select(e => e.Position).ShouldBeInOrder();
            after = page[^1].Position;
        }

        seen.ShouldBe(["0", "1", "2", "3", "4"]);
    }

    [Fact]
    public void Mark_OnlyMovesForward()
    {
        Journal.PublishedPosition().ShouldBe(0);

        Journal.MarkPublished(7);
        Journal.MarkPublished(3);

        Journal.PublishedPosition().ShouldBe(7);
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
    }

    [Fact]
    public void Checkpoint_IsTheLastValueWritten()
    {
        Journal.ReadCheckpoint("lane/0").ShouldBeNull();

        Journal.WriteCheckpoints([new("lane/0", [1, 2, 3])]);
        Journal.WriteCheckpoints([new("lane/0", [4]), new("lane/1", [])]);

        Journal.ReadCheckpoint("lane/0").ShouldBe([4]);
        Journal.ReadCheckpoint("lane/1").ShouldBe([]);
    }

    public void Dispose()
    {
        _journal?.Dispose();
        Cleanup();
        GC.SuppressFinalize(this);
    }

    protected virtual void Cleanup() { }

    protected AppendResult Append(string stream, long expected, params string[] payloads) =>
        Journal.Append([Of(stream, expected, payloads)]);

    protected static StreamAppend Of(string stream, long expected, params string[] payloads) =>
        new(stream, expected, [.. payloads.Select(p => new JournalEvent("type.v1", Encoding.UTF8.GetBytes(p)))]);

    protected static string Text(RecordedEvent recorded) => Encoding.UTF8.GetString(recorded.Payload.Span);
}
