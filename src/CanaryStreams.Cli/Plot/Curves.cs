using System.Text;

namespace CanaryStreams.Cli.Plot;

/// <summary>Path data of what is drawn column by column; empty where there is nothing.</summary>
internal static class Curves
{
    public static string Values(IReadOnlyList<PlotPoint> points, List<PlotColumn> columns, PlotLayout layout)
    {
        var path = new StringBuilder();
        Span<int> shown = stackalloc int[4];
        foreach (var column in columns.Where(column => column.HasValue))
        {
            var (low, high) = (column.Lowest, column.Highest);
            (shown[0], shown[1], shown[2], shown[3]) = (
                column.First,
                Math.Min(low, high),
                Math.Max(low, high),
                column.Last
            );
            var last = -1;
            foreach (var i in shown)
            {
                if (i == last)
                    continue;
                var isStart = last < 0 && column.IsAfterBreak;
                Append(path, isStart, layout.X[points[i].TimeMs], layout.ValueY(points[i].Value));
                last = i;
            }
        }
        return path.ToString();
    }

    /// <summary>Points that stand alone between two gaps, where no line shows them.</summary>
    public static string Dots(IReadOnlyList<PlotPoint> points, List<PlotColumn> columns, PlotLayout layout)
    {
        var path = new StringBuilder();
        var valued = columns.Where(column => column.HasValue).ToList();
        for (var i = 0; i < valued.Count; i++)
        {
            var (column, isBeforeBreak) = (valued[i], i + 1 == valued.Count || valued[i + 1].IsAfterBreak);
            if (!column.IsAfterBreak || !isBeforeBreak || column.First != column.Last)
                continue;
            Append(path, true, layout.X[points[column.First].TimeMs], layout.ValueY(points[column.First].Value));
            path.Append("h0");
        }
        return path.ToString();
    }

    public static string Expected(List<PlotColumn> columns, PlotLayout layout)
    {
        var path = new StringBuilder();
        foreach (var run in Runs(columns, column => column.HasBand))
        {
            for (var i = run.First; i <= run.Last; i++)
                Append(path, i == run.First, columns[i].X, layout.ValueY(columns[i].Expected));
        }
        return path.ToString();
    }

    public static string Band(List<PlotColumn> columns, PlotLayout layout)
    {
        var path = new StringBuilder();
        foreach (var run in Runs(columns, column => column.HasBand))
        {
            for (var i = run.First; i <= run.Last; i++)
                Append(path, i == run.First, columns[i].X, layout.ValueY(columns[i].Upper));
            for (var i = run.Last; i >= run.First; i--)
                Append(path, false, columns[i].X, layout.ValueY(columns[i].Lower));
            path.Append('Z');
        }
        return path.ToString();
    }

    /// <summary>The line of scores, and the area under it.</summary>
    public static (string Line, string Area) Scores(List<PlotColumn> columns, PlotLayout layout)
    {
        var (line, area) = (new StringBuilder(), new StringBuilder());
        var floor = layout.Score[0];
        foreach (var run in Runs(columns, column => column.HasValue))
        {
            Append(area, true, columns[run.First].X, floor);
            for (var i = run.First; i <= run.Last; i++)
            {
                var y = layout.Score[columns[i].Score];
                Append(line, i == run.First, columns[i].X, y);
                Append(area, false, columns[i].X, y);
            }
            Append(area, false, columns[run.Last].X, floor);
            area.Append('Z');
        }
        return (line.ToString(), area.ToString());
    }

    private static IEnumerable<(int First, int Last)> Runs(List<PlotColumn> columns, Func<PlotColumn, bool> belongs)
    {
        var first = -1;
        for (var i = 0; i <= columns.Count; i++)
        {
            var continues = i < columns.Count && belongs(columns[i]);
            if (first >= 0 && (!continues || columns[i].IsAfterGap))
            {
                yield return (first, i - 1);
                first = -1;
            }
            if (continues && first < 0)
                first = i;
        }
    }

    private static void Append(StringBuilder path, bool isStart, double x, double y) =>
        path.Append($"{(isStart ? 'M' : 'L')}{x:0.#} {y:0.#}");
}
