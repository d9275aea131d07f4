using System.Text;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>
/// Files beside the tests that hold what must stay as it is. Where one is missing it is written and the test fails, so
/// that a person looks at it before it is committed.
/// </summary>
internal static class Golden
{
    public static byte[] Read(string name) => Encoding.UTF8.GetBytes(File.ReadAllText(PathOf(name)).TrimEnd('\n'));

    public static IEnumerable<string> NamesOf(string pattern) =>
        Directory.EnumerateFiles(PathOf(""), pattern).Select(path => Path.GetFileName(path));

    public static void ShouldMatch(string name, byte[] actual)
    {
        var text = Encoding.UTF8.GetString(actual);
        if (!File.Exists(PathOf(name)))
        {
            File.WriteAllText(PathOf(name), text + "\n");
            Assert.Fail($"golden file '{name}' was missing and has been written: look at it and run again");
        }
        text.ShouldBe(Encoding.UTF8.GetString(Read(name)));
    }

    private static string PathOf(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CanaryStreams.sln")))
            folder = folder.Parent;
        return Path.Combine(folder!.FullName, "tests/CanaryStreams.Core.Tests/Rollouts/Golden", name);
    }
}
