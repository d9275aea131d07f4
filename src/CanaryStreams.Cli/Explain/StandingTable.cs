using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Cli.Explain;

/// <summary>How near each metric came to rolling back, a line each, and so what each used of its share of the budget.</summary>
internal static class StandingTable
{
    private const int BarWidth = 20;
    private const int RowsMax = 20;

    /// <param name="standings">At least one.</param>
    public static IEnumerable<string> Of(IReadOnlyList<EvidenceStanding> standings, Policy policy)
    {
        string[] header = ["METRIC", "CLUSTER", "LARGEST E-VALUE", "NEEDED", "SHARE", "EFFECT (95 % INTERVAL)"];
        var rows = standings.Take(RowsMax).Select(standing => Row(standing, policy)).Prepend(header).ToList();
        var widths = Enumerable.Range(0, header.Length).Select(i => rows.Max(row => row[i].Length)).ToArray();
        for (var i = 0; i < rows.Count; i++)
        {
            var bar = i == 0 ? new string(' ', BarWidth + 6) : Bar(standings[i - 1].Way);
            var cells = rows[i].Select((cell, at) => cell.PadRight(widths[at])).ToList();
            cells.Insert(2, bar);
            yield return string.Join("  ", cells).TrimEnd();
        }
        if (standings.Count > RowsMax)
            yield return $"and {standings.Count - RowsMax} more, none of them nearer";
    }

    /// <summary>The furthest that each metric came in any of several lists, the nearest to its threshold first.</summary>
    public static IReadOnlyList<EvidenceStanding> Furthest(IEnumerable<EvidenceStanding> standings) =>
        [
            .. standings
                .GroupBy(standing => (standing.Cluster, standing.Metric, standing.Variant))
                .Select(group => group.Last() with { Largest = group.Max(standing => standing.Largest) })
                .OrderByDescending(standing => standing.Way),
        ];

    private static string[] Row(EvidenceStanding standing, Policy policy) =>
        [
            standing.Metric,
            standing.Cluster + (standing.Variant is { } variant ? $" ({variant})" : ""),
            Figures.EValue(standing.Largest),
            Figures.EValue(standing.EThreshold),
            Figures.Percent(standing.Share),
            Figures.SignedEffect(standing.Metric, standing.Effect, standing.EffectLower, standing.EffectUpper, policy),
        ];

    private static string Bar(double way) => $"{Blocks.Bar(way, BarWidth)} {100 * Math.Max(way, 0), 3:0} %";
}
