namespace CanaryStreams.Cli.Plot;

/// <summary>Marks where something new began: a triangle over the upper panel, a line through it, a stem in the lower one.</summary>
internal static class OnsetMarks
{
    private const double TipY = PlotLayout.ValueTop - 1;
    private const double LabelPadding = 2;

    public static void Draw(SvgText svg, PlotData data, PlotLayout layout, List<Alert> alerts)
    {
        foreach (var alert in alerts)
        {
            var point = data.Points[alert.Index];
            var x = layout.X[point.TimeMs];
            svg.Raw($"<g class=\"alert\"><title>{SvgText.Escape(Hint(point, alert))}</title>");
            svg.Line("onset", x, PlotLayout.ValueTop, x, PlotLayout.ValueBottom);
            svg.Path("marker", Triangle(x, TipY));
            var y = layout.Score[alert.Score];
            svg.Line("stem", x, PlotLayout.ScoreBottom, x, y);
            svg.Raw($"""<circle class="marker" cx="{x:0.#}" cy="{y:0.#}" r="2.6"/></g>""");
        }
        Labels(svg, data, layout, alerts);
    }

    /// <summary>A triangle that stands on its tip.</summary>
    public static string Triangle(double x, double tipY) => $"M{x:0.#} {tipY:0.#}l-5 -9h10z";

    /// <summary>The highest scores are named first, the others where there is room.</summary>
    private static void Labels(SvgText svg, PlotData data, PlotLayout layout, List<Alert> alerts)
    {
        var lane = new LabelLane(0, PlotLayout.Width);
        foreach (var alert in alerts.OrderByDescending(alert => alert.Score).ThenBy(alert => alert.Index))
        {
            var timeMs = data.Points[alert.Index].TimeMs;
            var text = TimeText.Short(timeMs, layout.FromMs, layout.ToMs);
            var width = (text.Length * PlotLayout.CharWidth) + LabelPadding;
            if (lane.TryPlace(layout.X[timeMs] - (width / 2), width))
                svg.Label("when middle", layout.X[timeMs], PlotLayout.OnsetLabelY, text);
        }
    }

    private static string Hint(PlotPoint point, Alert alert) =>
        $"{TimeText.Full(point.TimeMs)} UTC: score {alert.Score:0.###}, value {ValueLabels.Compact(point.Value)}"
        + (double.IsNaN(point.Expected) ? "" : $", expected {ValueLabels.Compact(point.Expected)}");
}
