namespace CanaryStreams.Cli.Plot;

/// <summary>Brings any number of points down to what a screen can show.</summary>
internal static class PlotColumns
{
    /// <summary>One column for each pixel that holds a point, by time.</summary>
    public static List<PlotColumn> Reduce(IReadOnlyList<PlotPoint> points, LinearScale x)
    {
        var gapMs = Steps.Gap(points);
        var columns = new List<PlotColumn>();
        var (first, isBroken) = (0, true);
        for (var i = 1; i <= points.Count; i++)
        {
            if (i < points.Count && (long)x[points[i].TimeMs] == (long)x[points[first].TimeMs])
                continue;
            columns.Add(Column(points, first, i, x, gapMs, ref isBroken));
            first = i;
        }
        return columns;
    }

    /// <param name="isBroken">Whether the line of values is interrupted; carried from column to column.</param>
    private static PlotColumn Column(
        IReadOnlyList<PlotPoint> points,
        int from,
        int to,
        LinearScale x,
        double gapMs,
        ref bool isBroken
    )
    {
        var isAfterGap = from > 0 && points[from].TimeMs - points[from - 1].TimeMs > gapMs;
        var column = new PlotColumn
        {
            First = -1,
            Lowest = -1,
            Highest = -1,
            Last = -1,
            IsAfterGap = isAfterGap,
            X = (x[points[from].TimeMs] + x[points[to - 1].TimeMs]) / 2,
            Lower = double.NaN,
            Upper = double.NaN,
            Expected = double.NaN,
        };
        isBroken |= isAfterGap;
        var (expected, count) = (0.0, 0);
        for (var i = from; i < to; i++)
        {
            var point = points[i];
            column.Score = Math.Max(column.Score, point.Score);
            if (!double.IsNaN(point.Expected))
            {
                (expected, count) = (expected + point.Expected, count + 1);
                column.Lower = double.IsNaN(column.Lower) ? point.Lower : Math.Min(column.Lower, point.Lower);
                column.Upper = double.IsNaN(column.Upper) ? point.Upper : Math.Max(column.Upper, point.Upper);
            }
            if (point.IsMissing)
                isBroken = true;
            else
                Take(ref column, points, i, ref isBroken);
        }
        if (count > 0)
            column.Expected = expected / count;
        return column;
    }

    private static void Take(ref PlotColumn column, IReadOnlyList<PlotPoint> points, int i, ref bool isBroken)
    {
        if (!column.HasValue)
        {
            column.First = column.Lowest = column.Highest = i;
            column.IsAfterBreak = isBroken;
        }
        if (points[i].Value < points[column.Lowest].Value)
            column.Lowest = i;
        if (points[i].Value > points[column.Highest].Value)
            column.Highest = i;
        column.Last = i;
        // A gap within a column is narrower than a pixel.
        isBroken = false;
    }
}
