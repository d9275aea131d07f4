namespace CanaryStreams.Cli.Plot;

/// <summary>
/// Draws a scored series as an SVG: values with their band above, scores below, on one time axis, with anomalies shaded
/// and onsets marked. The size of the drawing doesn't depend on the number of points.
/// </summary>
internal static class SeriesPlot
{
    private const int ValueIntervalsMax = 8;

    public static string Draw(PlotData data)
    {
        var range = ValueRange.Of(data.Points);
        var ticks = NiceTicks.Between(range.Low, range.High, ValueIntervalsMax);
        var labels = ValueLabels.For(Math.Max(Math.Abs(range.Low), Math.Abs(range.High)), ticks.Step);
        var layout = new PlotLayout(data, range, ticks.Values.Select(tick => labels.Text(tick).Length).Max());
        var columns = PlotColumns.Reduce(data.Points, layout.X);
        var alerts = Alert.Of(data.Points, data.OnsetLookBack);
        var anomalies = AnomalyRanges.Of(data.Points, layout);

        var svg = new SvgText();
        Begin(svg, data, layout, anomalies);
        Heading.Draw(svg, data, alerts.Count);
        TimeAxis.Draw(svg, layout);
        ValuePanel.Draw(svg, data, layout, columns, anomalies, ticks, labels);
        ScorePanel.Draw(svg, data, layout, columns, anomalies);
        OnsetMarks.Draw(svg, data, layout, alerts);
        svg.Raw("</svg>");
        return svg.ToString();
    }

    private static void Begin(
        SvgText svg,
        PlotData data,
        PlotLayout layout,
        List<(double Left, double Right)> anomalies
    )
    {
        const double width = PlotLayout.Width;
        const double height = PlotLayout.Height;
        svg.Raw(
            $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">"""
        );
        svg.Raw($"<title>{SvgText.Escape(data.SeriesId)}</title>");
        svg.Raw($"<style>\n{PlotStyle.Css}\n</style>");
        svg.Raw("<defs><clipPath id=\"panel\">");
        svg.Rectangle("", layout.Left, PlotLayout.ValueTop, PlotLayout.Right, PlotLayout.ValueBottom);
        svg.Raw("</clipPath><clipPath id=\"abnormal\">");
        foreach (var (left, right) in anomalies)
            svg.Rectangle("", left, PlotLayout.ValueTop, right, PlotLayout.ValueBottom);
        svg.Raw("</clipPath></defs>");
        svg.Rectangle("background", 0, 0, width, height);
    }
}
