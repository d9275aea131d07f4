using System.Globalization;
using System.Xml.Linq;
using CanaryStreams.Cli.Plot;

namespace CanaryStreams.Engine.Tests.Plot;

/// <summary>Series made for drawing, and the drawing read back.</summary>
internal static class PlotSeries
{
    /// <summary>2020-09-13 12:26:40 UTC.</summary>
    public const long StartMs = 1_600_000_000_000;

    public const long MinuteMs = 60_000;

    public static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>A point a minute with a value around 10 and a band from 8 to 12, none of them unusual.</summary>
    public static PlotPoint[] Calm(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new PlotPoint(
                    StartMs + (i * MinuteMs),
                    10 + Math.Sin(i / 7.0),
                    10,
                    8,
                    12,
                    0.1f,
                    IsAnomaly: false,
                    IsOnset: false
                )),
        ];

    public static void Alarm(PlotPoint[] points, int first, int last, double value)
    {
        for (var i = first; i <= last; i++)
            points[i] = points[i] with { Value = value, Score = 0.8f, IsAnomaly = true, IsOnset = i == first };
    }

    public static PlotData Data(IReadOnlyList<PlotPoint> points, string id = "a") =>
        new(id, points, points[0].TimeMs, points[^1].TimeMs, Threshold: 0.5, OnsetLookBack: 30);

    public static PlotLayout Layout(IReadOnlyList<PlotPoint> points) =>
        new(Data(points), ValueRange.Of(points), labelChars: 4);

    public static XElement Draw(PlotData data) => XDocument.Parse(SeriesPlot.Draw(data)).Root!;

    /// <summary>Elements of a name whose classes include all of these.</summary>
    public static List<XElement> Find(XElement svg, string name, params string[] classes) =>
        [
            .. svg.Descendants(Svg + name)
                .Where(element =>
                    classes.All(((string?)element.Attribute("class") ?? "").Split(' ').ToHashSet().Contains)
                ),
        ];

    public static double Number(XElement element, string attribute) =>
        double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);
}
