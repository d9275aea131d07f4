namespace CanaryStreams.Cli.Plot;

/// <summary>What is shown, in words, and what the marks mean.</summary>
internal static class Heading
{
    private const double TitleX = 22;
    private const int TitleCharsMax = 66;

    public static void Draw(SvgText svg, PlotData data, int alerts)
    {
        svg.Label("title", TitleX, PlotLayout.TitleY, Shorten(data.SeriesId));
        svg.Label("sub", TitleX, PlotLayout.SubtitleY, Subtitle(data, alerts));
        Legend(svg);
    }

    private static string Subtitle(PlotData data, int alerts)
    {
        var (first, last) = (data.Points[0].TimeMs, data.Points[^1].TimeMs);
        var missing = data.Points.Count(point => point.IsMissing);
        var abnormal = data.Points.Count(point => point.IsAnomaly);
        return $"{TimeText.Full(first)} – {TimeText.Full(last)} UTC ({TimeText.Span(last - first)})  ·  "
            + $"{Count(data.Points.Count, "point")}{(missing > 0 ? $", {missing:N0} missing" : "")}  ·  "
            + $"{Count(alerts, "alert")}, {Count(abnormal, "point")} abnormal";
    }

    private static string Count(int count, string noun) =>
        $"{(count == 0 ? "no" : $"{count:N0}")} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>Both ends of a long id: they tell series apart.</summary>
    private static string Shorten(string id) =>
        id.Length <= TitleCharsMax ? id : id[..(TitleCharsMax / 2)] + "…" + id[^((TitleCharsMax / 2) - 1)..];

    private static void Legend(SvgText svg)
    {
        const double y = PlotLayout.TitleY - 4;
        var x = PlotLayout.Right - 432;
        svg.Line("value", x, y, x + 22, y);
        Entry("value", 22, 68);
        svg.Raw($"""<path class="expected" d="M{x} {y}h22"/>""");
        Entry("expected", 22, 88);
        svg.Raw($"""<path class="band" d="M{x} {y - 6}h22v12h-22z"/>""");
        Entry("band", 22, 64);
        svg.Rectangle("anomaly", x, y - 6, x + 22, y + 6);
        Entry("anomaly", 22, 86);
        svg.Raw($"""<path class="marker" d="{OnsetMarks.Triangle(x + 5, y + 5)}"/>""");
        Entry("onset", 12, 58);
        svg.Line("score", x, y, x + 22, y);
        Entry("score", 22, 0);

        void Entry(string text, double symbolWidth, double width)
        {
            svg.Label("", x + symbolWidth + 6, y + 4, text);
            x += width;
        }
    }
}
