using CanaryStreams.Engine.Snapshots;
using CanaryStreams.Engine.Tests.Journal;

namespace CanaryStreams.Engine.Tests.Snapshots;

public sealed class FileSnapshotsTests : SnapshotStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected override ISnapshotStore Open() => new FileSnapshots(_folder.File("snapshots"));

    public void Dispose() => _folder.Dispose();

    /// <summary>What a kill in the middle of writing leaves.</summary>
    [Fact]
    public void Open_WithAnUnfinishedFile_TheOldOneCountsAndTheRestIsRemoved()
    {
        Open().Write("lane", [1, 2, 3]);
        var file = Directory.GetFiles(_folder.File("snapshots")).ShouldHaveSingleItem();
        File.WriteAllBytes(file + ".unfinished", [1]);

        Open().Read("lane").ShouldBe([1, 2, 3]);

        Directory.GetFiles(_folder.File("snapshots")).ShouldBe([file]);
    }

    [Fact]
    public void Delete_TheOnlyOne_LeavesNothing()
    {
        var store = Open();
        store.Write("lane", [1]);

        store.Delete("lane");

        Directory.GetFiles(_folder.File("snapshots")).ShouldBeEmpty();
    }
}
