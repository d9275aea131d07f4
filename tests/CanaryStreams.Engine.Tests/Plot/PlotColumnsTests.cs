using CanaryStreams.Cli.Plot;

namespace CanaryStreams.Engine.Tests.Plot;

public class PlotColumnsTests
{
    [Fact]
    public void Reduce_FewPoints_KeepsEach()
    {
        var points = PlotSeries.Calm(100);

        var columns = Reduce(points);

        columns.Select(column => column.First).ShouldBe(Enumerable.Range(0, 100));
        columns.Skip(1).ShouldAllBe(column => !column.IsAfterBreak);
    }

    [Fact]
    public void Reduce_ManyPoints_KeepsExtremesInTheirColumn()
    {
        var points = PlotSeries.Calm(100_000);
        points[50_000] = points[50_000] with { Value = 1000, Score = 0.95f };
        points[50_001] = points[50_001] with { Value = -1000 };

        var columns = Reduce(points);

        columns.Count.ShouldBeLessThanOrEqualTo((int)PlotLayout.Width);
        columns.ShouldContain(column => column.Highest == 50_000 && column.Score > 0.9);
        columns.ShouldContain(column => column.Lowest == 50_001);
        columns.ShouldAllBe(column => column.First <= column.Lowest && column.Highest <= column.Last);
        columns.Sum(column => column.Last - column.First + 1).ShouldBe(points.Length);
    }

    [Fact]
    public void Reduce_IrregularSteps_AreNotTorn()
    {
        var random = new Random(1);
        var timeMs = PlotSeries.StartMs;
        var points = PlotSeries.Calm(500);
        for (var i = 0; i < points.Length; i++)
            points[i] = points[i] with { TimeMs = timeMs += 1000 + random.Next(60_000) };

        Reduce(points).Skip(1).ShouldAllBe(column => !column.IsAfterGap);
    }

    private static List<PlotColumn> Reduce(PlotPoint[] points) =>
        PlotColumns.Reduce(points, PlotSeries.Layout(points).X);
}
