using CanaryStreams.Cli.Graph;
using CanaryStreams.Engine.Tests.House;

namespace CanaryStreams.Engine.Tests.Pipeline;

/// <summary>
/// What <c>canarystreams graph</c> prints is pinned: a new part or edge, or another capacity, shows in a review. Where a
/// file is missing it is written and the test fails, so that a person looks at it.
/// </summary>
public class GraphTests
{
    [Fact]
    public void Text_IsWhatIsPinned() => ShouldBePinned("graph.txt", GraphCommand.Describe().ToText());

    [Fact]
    public void Mermaid_IsWhatIsPinned() => ShouldBePinned("graph.mmd", GraphCommand.Describe().ToMermaid());

    private static void ShouldBePinned(string name, string actual)
    {
        var path = Repository.FullPath(Path.Combine("tests", "CanaryStreams.Engine.Tests", "Pipeline", name));
        if (!File.Exists(path))
        {
            File.WriteAllText(path, actual);
            Assert.Fail($"'{name}' was missing and has been written: look at it and run again");
        }
        actual.ShouldBe(File.ReadAllText(path));
    }
}
