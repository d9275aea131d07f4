using System.Globalization;
using System.Text.RegularExpressions;

namespace CanaryStreams.Engine.Tests.Http;

/// <summary>What Prometheus asks of a text in its exposition format, line by line.</summary>
internal static partial class ExpositionRules
{
    [GeneratedRegex(
        @"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>[a-zA-Z_][a-zA-Z0-9_]*=""([^""\\\n]|\\[\\n""])*""(,[a-zA-Z_][a-zA-Z0-9_]*=""([^""\\\n]|\\[\\n""])*"")*)\})? (?<value>\S+)$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Sample { get; }

    [GeneratedRegex(@",?le=""[^""]*""", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Le { get; }

    /// <summary>Each series with its value; fails where a rule is broken.</summary>
    public static Dictionary<string, double> Read(string text)
    {
        text.ShouldEndWith("\n");
        var series = new Dictionary<string, double>();
        var families = new HashSet<string>();
        var (family, type) = ("", "");
        var lines = text.Split('\n')[..^1];
        for (var index = 0; index < lines.Length; index++)
        {
            if (lines[index].StartsWith("# HELP ", StringComparison.Ordinal))
            {
                family = lines[index].Split(' ')[2];
                families.Add(family).ShouldBeTrue($"{family} has two HELP");
                var typed = lines[++index].Split(' ');
                typed[..3].ShouldBe(["#", "TYPE", family]);
                type = typed[3];
                type.ShouldBeOneOf("counter", "gauge", "histogram");
                family.EndsWith("_total", StringComparison.Ordinal).ShouldBe(type == "counter", family);
                continue;
            }
            var sample = Sample.Match(lines[index]);
            sample.Success.ShouldBeTrue(lines[index]);
            SuffixesOf(type).Select(suffix => family + suffix).ShouldContain(sample.Groups["name"].Value);
            var value = sample.Groups["value"].Value;
            series
                .TryAdd(lines[index][..^(value.Length + 1)], Number(value))
                .ShouldBeTrue($"{lines[index]} comes twice");
        }
        CheckBuckets(series);
        return series;
    }

    private static string[] SuffixesOf(string type) => type == "histogram" ? ["_bucket", "_sum", "_count"] : [""];

    /// <summary>Buckets are cumulative, in rising order, and the last one holds all.</summary>
    private static void CheckBuckets(Dictionary<string, double> series)
    {
        var histograms = series
            .Where(one => one.Key.Contains("_bucket{", StringComparison.Ordinal))
            .GroupBy(one => Le.Replace(one.Key, "").Replace("{}", "", StringComparison.Ordinal));
        foreach (var histogram in histograms)
        {
            histogram.Select(bucket => bucket.Value).ShouldBeInOrder();
            histogram.Last().Key.ShouldContain("le=\"+Inf\"");
            series[histogram.Key.Replace("_bucket", "_count", StringComparison.Ordinal)]
                .ShouldBe(histogram.Last().Value);
        }
    }

    private static double Number(string text) =>
        text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.Parse(text, CultureInfo.InvariantCulture),
        };
}
