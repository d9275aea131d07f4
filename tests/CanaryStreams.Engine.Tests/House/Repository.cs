namespace CanaryStreams.Engine.Tests.House;

/// <summary>The files of the repository that this test was built in.</summary>
internal static class Repository
{
    private static readonly string[] Generated =
    [
        ".git",
        ".vs",
        ".idea",
        "bin",
        "obj",
        "dist",
        "data",
        "node_modules",
        "coverage",
        "TestResults",
        "BenchmarkDotNet.Artifacts",
        "StrykerOutput",
    ];

    /// <summary>The folder of the solution file.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Files people wrote, relative to the root, in ordinal order.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [.. Walk(Root).Select(path => Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> WithExtension(params string[] extensions) =>
        Files.Where(file => extensions.Contains(Path.GetExtension(file)));

    public static string FullPath(string file) => Path.Combine(Root, file);

    public static string[] Lines(string file) => File.ReadAllLines(FullPath(file));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CanaryStreams.sln")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new DirectoryNotFoundException($"No CanaryStreams.sln above {AppContext.BaseDirectory}.");
    }

    private static IEnumerable<string> Walk(string folder) =>
        Directory
            .EnumerateDirectories(folder)
            .Where(child => !Generated.Contains(Path.GetFileName(child)))
            .SelectMany(Walk)
            .Concat(Directory.EnumerateFiles(folder));
}
