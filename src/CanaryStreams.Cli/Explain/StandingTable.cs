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
        string[] header = ["METRIC", "CLUSTER", "", "LARGEST E-VALUE", "NEEDED", "SHARE", "EFFECT (95 % INTERVAL)"];
        var rows = standings.Take(RowsMax).Select(standing => Row(standing, policy)).Prepend(header);
        foreach (var line in TextTable.Lines([.. rows]))
            yield return line;
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
            Bar(standing.Way),
            Figures.EValue(standing.Largest),
            Figures.EValue(standing.EThreshold),
            Figures.Percent(standing.Share),
            Figures.SignedEffect(standing.Metric, standing.Effect, standing.EffectLower, standing.EffectUpper, policy),
        ];

    private static string Bar(double way) => $"{Blocks.Bar(way, BarWidth)} {100 * Math.Max(way, 0), 3:0} %";
}
