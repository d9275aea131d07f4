using CanaryStreams.Engine.Snapshots;

namespace CanaryStreams.Engine.Tests.Snapshots;

/// <summary>What every store of snapshots promises; each implementation runs it.</summary>
public abstract class SnapshotStoreContract
{
    /// <summary>Over the same storage each time, as a process that starts again has it.</summary>
    protected abstract ISnapshotStore Open();

    [Fact]
    public void Read_WhatWasNeverWritten_GivesNull() => Open().Read("nobody's").ShouldBeNull();

    [Fact]
    public void Write_ThenReadByAnother_GivesTheBytes()
    {
        byte[] bytes = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * i))];

        Open().Write("lane", bytes);

        Open().Read("lane").ShouldBe(bytes);
    }

    [Fact]
    public void Write_Again_TheLastOneCounts()
    {
        var store = Open();
        store.Write("lane", new byte[1000]);
        store.Write("lane", [1, 2]);
        store.Read("lane").ShouldBe([1, 2]);
        store.Write("lane", []);
        store.Read("lane").ShouldBe([]);
    }

    [Theory]
    [InlineData("lane-1")]
    [InlineData("a/b")]
    [InlineData("../escaped")]
    [InlineData(".")]
    [InlineData("Zürich 100%")]
    public void Write_AnyKey_IsItsOwn(string key)
    {
        var store = Open();
        store.Write(key, [1]);
        store.Write(key + "x", [2]);

        store.Read(key).ShouldBe([1]);
        store.Delete(key + "x");
        store.Read(key).ShouldBe([1]);
        store.Read(key + "x").ShouldBeNull();
    }

    [Fact]
    public void Delete_WhatIsNotThere_DoesNothing()
    {
        var store = Open();
        store.Write("kept", [1]);

        store.Delete("gone");
        store.Delete("gone");

        store.Read("kept").ShouldBe([1]);
    }
}
