using System.Globalization;
using System.Text;
using CanaryStreams.Core.Explanations;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Cli.Explain;

/// <summary>
/// Draws a metric of canary and stable over the last buckets, a column each, in one scale, with the onset on the time axis
/// and the evidence under it.
/// </summary>
internal static class TrailChart
{
    private const int Rows = 7;
    private const char CanaryMark = '●';
    private const char StableMark = '○';
    private const char OnsetMark = '▲';

    /// <summary>Lines without an indent; none where either side never spoke.</summary>
    public static IEnumerable<string> Of(RollbackEvidence evidence, Policy policy)
    {
        if (evidence.Explanation?.Trail is not { } trail)
            yield break;
        var values = trail.Stable.Concat(trail.Canary).Where(double.IsFinite).ToList();
        if (values.Count == 0)
            yield break;
        var (low, high) = (values.Min(), values.Max());
        var (top, bottom) = (Figures.Value(evidence.Metric, high, policy), Figures.Value(evidence.Metric, low, policy));
        var margin = Math.Max(Math.Max(top.Length, bottom.Length), "evidence".Length);
        yield return $"{evidence.Metric} in {evidence.Cluster}: {CanaryMark} canary, {StableMark} stable; "
            + $"a column is {Column(trail)}";
        for (var row = Rows - 1; row >= 0; row--)
        {
            var label =
                row == Rows - 1 ? top
                : row == 0 && high > low ? bottom
                : "";
            yield return $"{label.PadLeft(margin)} │{Row(trail, row, low, high)}".TrimEnd();
        }
        var onset = OnsetColumn(trail, evidence.Onset);
        yield return $"{new string(' ', margin)} └{Axis(trail.LogE.Count, onset)}";
        yield return $"{new string(' ', margin)}  {TimeLabels(trail, onset)}";
        var needed = Math.Log(evidence.EThreshold);
        yield return $"{"evidence".PadLeft(margin)}  {Blocks.Sparkline(trail.LogE, needed)}  █ is enough";
    }

    private static string Column(EvidenceTrail trail) =>
        trail.BucketSeconds < 60 ? $"{trail.BucketSeconds:0.#} s" : ReasonText.Minutes(trail.BucketSeconds / 60);

    private static string Row(EvidenceTrail trail, int row, double low, double high)
    {
        var line = new StringBuilder();
        for (var i = 0; i < trail.LogE.Count; i++)
            line.Append(
                IsIn(trail.Canary[i]) ? CanaryMark
                : IsIn(trail.Stable[i]) ? StableMark
                : ' '
            );
        return line.ToString();

        bool IsIn(double value) => double.IsFinite(value) && RowOf(value, low, high) == row;
    }

    private static int RowOf(double value, double low, double high) =>
        high > low ? (int)Math.Round((value - low) / (high - low) * (Rows - 1)) : Rows - 1;

    /// <summary>Null where there is no onset, or it lies before the trail.</summary>
    private static int? OnsetColumn(EvidenceTrail trail, DateTimeOffset? onset)
    {
        if (onset is not { } time)
            return null;
        var column = (int)Math.Round((time - trail.Start).TotalSeconds / trail.BucketSeconds);
        return column >= 0 && column < trail.LogE.Count ? column : null;
    }

    private static string Axis(int columns, int? onset)
    {
        var axis = new string('─', columns).ToCharArray();
        if (onset is { } column)
            axis[column] = OnsetMark;
        return new string(axis);
    }

    /// <summary>Beginning, end, and between them the onset where it has room.</summary>
    private static string TimeLabels(EvidenceTrail trail, int? onset)
    {
        var columns = trail.LogE.Count;
        var (first, last) = (TimeAt(0), TimeAt(columns));
        var line = first.PadRight(Math.Max(columns, first.Length + 1 + last.Length)).ToCharArray();
        last.CopyTo(0, line, line.Length - last.Length, last.Length);
        if (onset is { } column)
        {
            var label = TimeAt(column);
            var from = column - label.Length / 2;
            if (from > first.Length && from + label.Length < line.Length - last.Length)
                label.CopyTo(0, line, from, label.Length);
        }
        return new string(line);

        string TimeAt(int at) =>
            trail.Start.AddSeconds(at * trail.BucketSeconds).ToString("HH:mm", CultureInfo.InvariantCulture);
    }
}
