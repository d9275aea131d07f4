namespace CanaryStreams.Cli.Plot;

/// <summary>Upper panel: the values, what was expected and the band around it.</summary>
internal static class ValuePanel
{
    // With more points a column than this the line of values is a surface that would hide what is expected.
    private const int DensePoints = 30;

    public static void Draw(
        SvgText svg,
        PlotData data,
        PlotLayout layout,
        List<PlotColumn> columns,
        List<(double Left, double Right)> anomalies,
        NiceTicks ticks,
        ValueLabels labels
    )
    {
        foreach (var tick in ticks.Values)
        {
            var y = layout.Value[tick];
            svg.Line("grid", layout.Left, y, PlotLayout.Right, y);
            svg.Label("number end", layout.Left - 8, y + 4, labels.Text(tick));
        }
        foreach (var (left, right) in anomalies)
            svg.Rectangle("anomaly range", left, PlotLayout.ValueTop, right, PlotLayout.ValueBottom);
        svg.Raw("<g clip-path=\"url(#panel)\">");
        svg.Path("band", Curves.Band(columns, layout));
        var isDense = data.Points.Count > DensePoints * columns.Count;
        if (!isDense)
            svg.Path("expected", Curves.Expected(columns, layout));
        svg.Raw($"<g class=\"value{(isDense ? " dense" : "")}\">");
        svg.Path("curve", Curves.Values(data.Points, columns, layout), id: "values");
        svg.Path("curve dots", Curves.Dots(data.Points, columns, layout));
        svg.Raw("</g>");
        // The same line once more in another colour, seen through the anomalies only.
        if (anomalies.Count > 0)
            svg.Raw("<g class=\"hot\" clip-path=\"url(#abnormal)\"><use href=\"#values\"/></g>");
        if (isDense)
            svg.Path("expected dense", Curves.Expected(columns, layout));
        svg.Raw("</g>");
        svg.Line("axis", layout.Left, PlotLayout.ValueBottom, PlotLayout.Right, PlotLayout.ValueBottom);
        ClipMarks.Draw(svg, data.Points, columns, layout);
        if (!columns.Exists(column => column.HasValue))
            svg.Label("middle", (layout.Left + PlotLayout.Right) / 2, layout.Value[0.5], "no values");
    }
}
