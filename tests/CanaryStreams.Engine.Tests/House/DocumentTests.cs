using System.Text.RegularExpressions;

namespace CanaryStreams.Engine.Tests.House;

public partial class DocumentTests
{
    [GeneratedRegex(
        @"\]\(\s*<?(?<target>[^)\s>#]+)(#[^)\s]*)?>?(\s+""[^""]*"")?\s*\)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Link { get; }

    [GeneratedRegex(
        @"^(?<number>\d{3})-[a-z0-9]+(-[a-z0-9]+)*\.md$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex DecisionName { get; }

    [GeneratedRegex(@"^[a-z][a-z0-9+.-]*:", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Scheme { get; }

    [Fact]
    public void Decisions_AreNumberedEachOnce()
    {
        var folder = Path.Combine("docs", "decisions");
        var names = Repository
            .Files.Where(file => Path.GetDirectoryName(file) == folder)
            .Select(file => Path.GetFileName(file))
            .ToList();
        names.ShouldNotBeEmpty();
        names.ShouldAllBe(name => DecisionName.IsMatch(name));
        names.Select(name => DecisionName.Match(name).Groups["number"].Value).ShouldBeUnique();
    }

    [Fact]
    public void LocalLinks_LeadToFiles() => Repository.WithExtension(".md").SelectMany(BrokenLinks).ShouldBeEmpty();

    [Theory]
    [InlineData("see [a](README.md#top) and ![b](img/x.png \"title\")", "README.md,img/x.png")]
    [InlineData("[a](https://example.org/x) [b](#here) [c](<docs/a.md>)", "docs/a.md")]
    public void LocalTargets_OfALine_AreFound(string line, string targets) =>
        LocalTargets(line).ShouldBe(targets.Split(','));

    private static IEnumerable<string> BrokenLinks(string document)
    {
        var fenced = false;
        foreach (var line in Repository.Lines(document))
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
                fenced = !fenced;
            if (fenced)
                continue;
            foreach (var target in LocalTargets(line))
            {
                var folder = Path.GetDirectoryName(Repository.FullPath(document))!;
                if (!Path.Exists(Path.Combine(folder, Uri.UnescapeDataString(target))))
                    yield return $"{document}: {target}";
            }
        }
    }

    private static IEnumerable<string> LocalTargets(string line) =>
        Link.Matches(line).Select(match => match.Groups["target"].Value).Where(target => !Scheme.IsMatch(target));
}
