using System.Xml.Linq;
using CanaryStreams.Cli.Plot;
using static CanaryStreams.Engine.Tests.Plot.PlotSeries;

namespace CanaryStreams.Engine.Tests.Plot;

public class SeriesPlotTests
{
    [Fact]
    public void Draw_CalmSeries_HasEachPartOnceAndNoAlarm()
    {
        var svg = Draw(Data(Calm(300)));

        foreach (var part in new[] { "band", "expected", "curve", "scores" })
            Find(svg, "path", part)
                .Where(path => (string?)path.Attribute("d") is { Length: > 50 })
                .ShouldNotBeEmpty(part);
        Find(svg, "line", "threshold").Count.ShouldBe(1);
        Find(svg, "rect", "range").ShouldBeEmpty();
        Find(svg, "g", "alert").ShouldBeEmpty();
        Text(svg).ShouldContain("300 points");
        Text(svg).ShouldContain("no alerts, no points abnormal");
    }

    [Fact]
    public void Draw_TwoAlarms_ShadesTwoRangesAndMarksTwoOnsets()
    {
        var points = Calm(300);
        Alarm(points, 100, 109, 30);
        Alarm(points, 200, 200, 25);

        var svg = Draw(Data(points));

        var ranges = Find(svg, "rect", "range");
        ranges.Count.ShouldBe(2);
        Number(ranges[0], "width").ShouldBeGreaterThan(5 * Number(ranges[1], "width"));
        var alerts = Find(svg, "g", "alert");
        alerts.Count.ShouldBe(2);
        alerts[0].Element(Svg + "title")!.Value.ShouldBe("2020-09-13 14:06:40 UTC: score 0.8, value 30, expected 10");
        alerts.SelectMany(alert => Find(alert, "line", "stem")).Count().ShouldBe(2);
        Find(svg, "text", "when").Select(label => label.Value).ShouldBe(["14:06:40", "15:46:40"], ignoreOrder: true);
        Text(svg).ShouldContain("2 alerts, 11 points abnormal");
    }

    [Fact]
    public void Draw_MissingValuesAndTimeGap_BreaksTheLineOfValues()
    {
        var points = Calm(300).ToList();
        for (var i = 100; i < 110; i++)
            points[i] = points[i] with { Value = double.NaN };
        points.RemoveRange(200, 20);

        var svg = Draw(Data(points));

        Starts(svg, "values").ShouldBe(3);
        // What was expected of the missing values is known; what there is no row for isn't.
        Find(svg, "path", "band").Max(path => path.Attribute("d")!.Value.Count(c => c == 'Z')).ShouldBe(2);
        Text(svg).ShouldContain("10 missing");
    }

    [Fact]
    public void Draw_PointAloneBetweenGaps_IsADot()
    {
        var points = Calm(60);
        foreach (var i in new[] { 29, 31 })
            points[i] = points[i] with { Value = double.NaN };

        Find(Draw(Data(points)), "path", "dots").Single().Attribute("d")!.Value.ShouldEndWith("h0");
    }

    [Theory]
    [InlineData("a <b> & \"c\"")]
    [InlineData("control \u0001 and half \ud83d")]
    public void Draw_StrangeId_IsStillXml(string id)
    {
        var title = Find(Draw(Data(Calm(10), id)), "text", "title").Single().Value;

        title.ShouldBe(id.Replace('\u0001', '\uFFFD').Replace('\ud83d', '\uFFFD'));
    }

    [Fact]
    public void Draw_LongId_KeepsBothEndsAndTheWholeAsTitle()
    {
        var id = new string('a', 100) + new string('z', 100);

        var svg = Draw(Data(Calm(10), id));

        svg.Element(Svg + "title")!.Value.ShouldBe(id);
        var shown = Find(svg, "text", "title").Single().Value;
        shown.Length.ShouldBeLessThan(70);
        shown.ShouldMatch("^a+…z+$");
    }

    [Fact]
    public void Draw_ManyPoints_StaysSmallAndKeepsASpikeOfOnePoint()
    {
        var points = Calm(150_000);
        Alarm(points, 70_001, 70_001, 14);

        var text = SeriesPlot.Draw(Data(points));

        text.Length.ShouldBeLessThan(300_000);
        var svg = XDocument.Parse(text).Root!;
        Find(svg, "rect", "range").Count.ShouldBe(1);
        var top = Layout(points).ValueY(14);
        Find(svg, "path", "curve").First(IsValues).Attribute("d")!.Value.ShouldContain($" {top:0.#}L");
    }

    [Fact]
    public void Draw_AbsurdValue_IsMarkedAtTheEdgeWithItsValue()
    {
        var points = Calm(300);
        Alarm(points, 150, 150, 1e7);

        var svg = Draw(Data(points));

        Find(svg, "path", "clipped").Count.ShouldBe(1);
        Find(svg, "text", "clipped").Single().Value.ShouldBe("10M");
    }

    [Fact]
    public void Draw_OneMissingPoint_SaysThatThereAreNoValues()
    {
        var point = Calm(1)[0] with
        {
            Value = double.NaN,
            Expected = double.NaN,
            Lower = double.NaN,
            Upper = double.NaN,
        };

        Text(Draw(Data([point]))).ShouldContain("no values");
    }

    [Fact]
    public void Draw_Labels_KeepClearOfEachOther()
    {
        var points = Calm(2000);
        for (var i = 50; i < 2000; i += 40)
            Alarm(points, i, i + 2, 20);

        var svg = Draw(Data(points));

        foreach (var style in new[] { "when", "time", "date" })
        {
            var labels = Find(svg, "text", style).OrderBy(label => Number(label, "x")).ToList();
            labels.Count.ShouldBeGreaterThan(1);
            foreach (var (one, next) in labels.Zip(labels.Skip(1)))
            {
                var widths = (one.Value.Length + next.Value.Length) * PlotLayout.CharWidth / 2;
                (Number(next, "x") - Number(one, "x")).ShouldBeGreaterThanOrEqualTo(widths);
            }
        }
    }

    [Fact]
    public void Draw_Style_KnowsADarkBackground() =>
        Text(Draw(Data(Calm(10)))).ShouldContain("prefers-color-scheme:dark");

    private static bool IsValues(XElement path) => (string?)path.Attribute("id") == "values";

    private static int Starts(XElement svg, string id) =>
        svg.Descendants(Svg + "path")
            .Single(path => (string?)path.Attribute("id") == id)
            .Attribute("d")!
            .Value.Count(c => c == 'M');

    private static string Text(XElement svg) => string.Join('\n', svg.Descendants().Select(element => element.Value));
}
