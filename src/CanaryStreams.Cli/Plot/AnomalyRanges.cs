namespace CanaryStreams.Cli.Plot;

/// <summary>Stretches of abnormal points, as they are shaded.</summary>
internal static class AnomalyRanges
{
    private const double WidthMin = 2;

    /// <summary>Left and right edges of each run of anomalies; runs that can't be told apart on the screen are one.</summary>
    public static List<(double Left, double Right)> Of(IReadOnlyList<PlotPoint> points, PlotLayout layout)
    {
        // A point stands for the time half-way to its neighbours.
        var half = Math.Max(WidthMin, Steps.Usual(points) * (layout.X[1] - layout.X[0])) / 2;
        var ranges = new List<(double Left, double Right)>();
        foreach (var (first, last) in Runs(points))
        {
            var left = Math.Max(layout.X[points[first].TimeMs] - half, layout.Left);
            var right = Math.Min(layout.X[points[last].TimeMs] + half, PlotLayout.Right);
            if (ranges.Count > 0 && left - ranges[^1].Right < 1)
                ranges[^1] = (ranges[^1].Left, right);
            else
                ranges.Add((left, right));
        }
        return ranges;
    }

    private static IEnumerable<(int First, int Last)> Runs(IReadOnlyList<PlotPoint> points)
    {
        var first = -1;
        for (var i = 0; i < points.Count; i++)
        {
            if (points[i].IsAnomaly && first < 0)
                first = i;
            if (first >= 0 && (i + 1 == points.Count || !points[i + 1].IsAnomaly))
            {
                yield return (first, i);
                first = -1;
            }
        }
    }
}
