namespace CanaryStreams.Cli.Plot;

/// <summary>Lower panel: the score of each point and the threshold.</summary>
internal static class ScorePanel
{
    private const double LabelHeight = 12;

    public static void Draw(
        SvgText svg,
        PlotData data,
        PlotLayout layout,
        List<PlotColumn> columns,
        List<(double Left, double Right)> anomalies
    )
    {
        foreach (var tick in new[] { 0, 0.5, 1 })
        {
            var y = layout.Score[tick];
            svg.Line(tick == 0 ? "axis" : "grid", layout.Left, y, PlotLayout.Right, y);
            svg.Label("number end", layout.Left - 8, y + 4, $"{tick:0.#}");
        }
        foreach (var (left, right) in anomalies)
            svg.Rectangle("anomaly", left, PlotLayout.ScoreTop, right, PlotLayout.ScoreBottom);
        var (line, area) = Curves.Scores(columns, layout);
        svg.Path("scores", area);
        svg.Path("score curve", line);
        var threshold = layout.Score[data.Threshold];
        svg.Line("threshold", layout.Left, threshold, PlotLayout.Right, threshold);
        svg.Label("limit", PlotLayout.Right + 6, threshold + (LabelHeight / 3), $"{data.Threshold:0.###}");
    }
}
