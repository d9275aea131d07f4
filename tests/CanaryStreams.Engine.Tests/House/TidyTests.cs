using System.Text.RegularExpressions;

namespace CanaryStreams.Engine.Tests.House;

public partial class TidyTests
{
    private const int LinesMax = 300;

    [GeneratedRegex(
        @"^\s*#pragma warning disable\b(?<rest>.*)$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex PragmaDisable { get; }

    /// <summary>Written in two halves, so that this file doesn't hold the words.</summary>
    [GeneratedRegex(
        @"\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK)\b",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex UnfinishedWork { get; }

    [Fact]
    public void Files_TheWalk_FindsTheHouse()
    {
        Repository.Files.ShouldContain("CanaryStreams.sln");
        Repository.Files.ShouldContain(Path.Combine("src", "CanaryStreams.Core", "CanaryStreams.Core.csproj"));
        Repository.Files.ShouldAllBe(file => !file.Contains("/obj/"));
    }

    [Fact]
    public void CSharpFiles_AreAtMost300LinesLong() =>
        Repository
            .WithExtension(".cs")
            .Select(file => (File: file, Lines: Repository.Lines(file).Length))
            .Where(file => file.Lines > LinesMax)
            .ShouldBeEmpty();

    [Fact]
    public void Files_HoldNoUnfinishedWork() =>
        Repository
            .WithExtension(
                ".cs",
                ".csproj",
                ".props",
                ".targets",
                ".md",
                ".yml",
                ".yaml",
                ".sh",
                ".js",
                ".css",
                ".html",
                ".py",
                ""
            )
            .SelectMany(file =>
                Repository.Lines(file).Select((line, index) => (Place: $"{file}:{index + 1}", Line: line))
            )
            .Where(place => UnfinishedWork.IsMatch(place.Line))
            .ShouldBeEmpty();

    [Fact]
    public void WarningsSwitchedOff_CarryTheirReason()
    {
        var unexplained =
            from file in Repository.WithExtension(".cs")
            let lines = Repository.Lines(file)
            from index in Enumerable.Range(0, lines.Length)
            let pragma = PragmaDisable.Match(lines[index])
            where pragma.Success && !pragma.Groups["rest"].Value.Contains("//")
            where index == 0 || !lines[index - 1].TrimStart().StartsWith("//", StringComparison.Ordinal)
            select $"{file}:{index + 1}";
        unexplained.ShouldBeEmpty();
    }

    [Fact]
    public void EmptyFiles_AreNotKept() =>
        Repository.Files.Where(file => new FileInfo(Repository.FullPath(file)).Length == 0).ShouldBeEmpty();
}
