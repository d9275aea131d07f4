namespace CanaryStreams.Cli.Plot;

/// <summary>Marks values beyond the axis: an arrow at the edge, and how far they reach where there is room for it.</summary>
internal static class ClipMarks
{
    // Arrows nearer to each other than this are one.
    private const double Distance = 14;
    private const double LabelOffset = 8;

    public static void Draw(SvgText svg, IReadOnlyList<PlotPoint> points, List<PlotColumn> columns, PlotLayout layout)
    {
        var above = columns
            .Where(column => column.HasValue && layout.IsAbove(points[column.Highest].Value))
            .Select(column => points[column.Highest]);
        Draw(svg, Group(above, layout), layout, PlotLayout.ValueTop + 3, direction: 1);
        var below = columns
            .Where(column => column.HasValue && layout.IsBelow(points[column.Lowest].Value))
            .Select(column => points[column.Lowest]);
        Draw(svg, Group(below, layout), layout, PlotLayout.ValueBottom - 3, direction: -1);
    }

    private static void Draw(SvgText svg, List<PlotPoint> marks, PlotLayout layout, double tipY, int direction)
    {
        var lane = new LabelLane(layout.Left, PlotLayout.Right);
        foreach (var mark in marks)
        {
            var x = layout.X[mark.TimeMs];
            lane.Reserve(x - 1, x + 1);
            svg.Path("clipped", $"M{x:0.#} {tipY:0.#}l-5 {9 * direction}h10z");
        }
        foreach (var mark in marks.OrderByDescending(mark => Math.Abs(mark.Value)))
        {
            var text = ValueLabels.Compact(mark.Value);
            var width = text.Length * PlotLayout.CharWidth;
            var x = layout.X[mark.TimeMs];
            if (lane.TryPlace(x + LabelOffset, width))
                svg.Label("clipped", x + LabelOffset, tipY + 4 + (5 * direction), text);
            else if (lane.TryPlace(x - LabelOffset - width, width))
                svg.Label("clipped end", x - LabelOffset, tipY + 4 + (5 * direction), text);
        }
    }

    /// <summary>The most extreme point of each group of neighbours.</summary>
    private static List<PlotPoint> Group(IEnumerable<PlotPoint> outside, PlotLayout layout)
    {
        var groups = new List<PlotPoint>();
        var last = double.NegativeInfinity;
        foreach (var point in outside)
        {
            var x = layout.X[point.TimeMs];
            if (x - last >= Distance)
                groups.Add(point);
            else if (Math.Abs(point.Value) > Math.Abs(groups[^1].Value))
                groups[^1] = point;
            last = x;
        }
        return groups;
    }
}
