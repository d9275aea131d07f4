using CanaryStreams.Core.Baselines;

namespace CanaryStreams.Core.Tests.Baselines;

public class LogHistogramTests
{
    [Fact]
    public void Quantiles_UniformNumbers_AreExactToABin()
    {
        var histogram = new LogHistogram(140, 8, 1e6);
        for (var i = 1; i <= 10_000; i++)
            histogram.Add(i / 100.0);
        Span<double> quantiles = stackalloc double[3];

        histogram.Quantiles([0.1, 0.5, 0.99], quantiles);

        quantiles[0].ShouldBe(10, 1);
        quantiles[1].ShouldBe(50, 5);
        quantiles[2].ShouldBe(99, 9);
        histogram.Count.ShouldBe(10_000, 100);
    }

    [Fact]
    public void Quantile_OldCounts_Fade()
    {
        var histogram = new LogHistogram(140, 8, 100);
        for (var i = 0; i < 5000; i++)
            histogram.Add(1);
        for (var i = 0; i < 1000; i++)
            histogram.Add(50);

        histogram.Quantile(0.1).ShouldBe(50, 5);
        histogram.Count.ShouldBe(100, 2);
    }

    [Fact]
    public void Add_VeryManyCounts_StaysFinite()
    {
        var histogram = new LogHistogram(64, 4, 2);
        for (var i = 0; i < 100_000; i++)
            histogram.Add(i % 2 == 0 ? 3 : 0);

        histogram.Count.ShouldBe(3, 0.5);
        histogram.Quantile(0.9).ShouldBe(3, 0.6);
    }

    [Fact]
    public void Quantile_ExtremesAndNothing_StaysInRange()
    {
        var histogram = new LogHistogram(64, 4, 100);
        histogram.Quantile(0.5).ShouldBe(0);

        histogram.Add(double.MaxValue);
        histogram.Add(0);

        histogram.Quantile(0.2).ShouldBe(0);
        histogram.Quantile(0.99).ShouldBeInRange(100, 1e6);
    }

    [Fact]
    public void Clone_IsIndependent()
    {
        var histogram = new LogHistogram(64, 4, 100);
        histogram.Add(1);
        var clone = histogram.Clone();
        for (var i = 0; i < 100; i++)
            clone.Add(100);

        histogram.Quantile(0.9).ShouldBe(1, 0.2);
    }
}
