using CanaryStreams.Cli.Plot;

namespace CanaryStreams.Engine.Tests.Plot;

public class ValueRangeTests
{
    [Fact]
    public void Of_CalmSeries_HoldsValuesAndBand()
    {
        var range = ValueRange.Of(PlotSeries.Calm(300));

        range.Low.ShouldBeInRange(7.5, 8.7);
        range.High.ShouldBeInRange(11.3, 12.5);
    }

    [Fact]
    public void Of_SpikeThatLeavesTheRestReadable_IsWhole() => With(15).High.ShouldBeGreaterThan(15);

    [Fact]
    public void Of_AbsurdValues_KeepsTheRestReadable()
    {
        With(1e9).High.ShouldBeLessThan(20);
        With(-1e9).Low.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Of_ConstantSeriesWithASpike_ShowsIt()
    {
        var points = Array.ConvertAll(PlotSeries.Calm(300), point => point with { Value = 0, Lower = 0, Upper = 0 });
        points[150] = points[150] with { Value = 1000 };

        ValueRange.Of(points).High.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public void Of_YoungBand_DoesNotDecide()
    {
        var points = Array.ConvertAll(PlotSeries.Calm(300), point => point with { Lower = -1e6, Upper = 1e6 });

        var range = ValueRange.Of(points);

        range.High.ShouldBeLessThan(13);
        // What is never negative gets no room below nothing.
        range.Low.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(1e150)]
    public void Of_ConstantSeries_IsAnIntervalAroundIt(double value)
    {
        var points = Array.ConvertAll(
            PlotSeries.Calm(30),
            point => point with { Value = value, Lower = value, Upper = value }
        );

        var range = ValueRange.Of(points);

        range.Low.ShouldBeLessThan(value);
        range.High.ShouldBeGreaterThan(value);
    }

    private static ValueRange With(double spike)
    {
        var points = PlotSeries.Calm(300);
        points[150] = points[150] with { Value = spike };
        return ValueRange.Of(points);
    }
}
