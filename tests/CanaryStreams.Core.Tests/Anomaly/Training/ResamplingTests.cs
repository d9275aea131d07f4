using CanaryStreams.Core.Anomaly.Training;

namespace CanaryStreams.Core.Tests.Anomaly.Training;

public sealed class ResamplingTests
{
    [Fact]
    public void Mean_FullAndPartialBuckets_MeanAtTheBucketsStart()
    {
        var coarse = Resampling.Mean(Points.Of([1, 2, 6, 10, 20], "....."), 3, 0.5);

        coarse.Values.ShouldBe([3, 15]);
        coarse.TimesMs.ShouldBe([0, 3 * Points.MinuteMs]);
        coarse.Id.ShouldBe("id@3");
    }

    [Fact]
    public void Mean_MissingValues_AreLeftOutOfTheMean()
    {
        var coarse = Resampling.Mean(
            Points.Of([1, double.NaN, 3, double.NaN, double.NaN, double.NaN], "......"),
            3,
            0.5
        );

        coarse.Values.ShouldBe([2, double.NaN]);
    }

    [Fact]
    public void Mean_BucketsWithoutPoints_AreNotMade()
    {
        var series = new LabelledPoints(
            "set",
            "id",
            [4 * Points.MinuteMs, 21 * Points.MinuteMs],
            [1, 2],
            [false, true],
            [false, false]
        );

        var coarse = Resampling.Mean(series, 5, 1);

        coarse.TimesMs.ShouldBe([0, 20 * Points.MinuteMs]);
        coarse.Labels.ShouldBe([false, true]);
    }

    [Theory]
    [InlineData(0.5, "xx..x...", true, false)] // half of four is enough, a quarter isn't
    [InlineData(0.25, "xx..x...", true, true)]
    [InlineData(0, "....x...", false, true)] // a share of nothing still takes one point
    [InlineData(1, "xxxxxxx.", true, false)]
    public void Mean_LabelShare_DecidesTheLabel(double share, string labels, bool first, bool second) =>
        Resampling.Mean(Points.Labelled(labels), 4, share).Labels.ShouldBe([first, second]);

    [Fact]
    public void Mean_OneIgnoredPoint_IgnoresItsBucket() =>
        Resampling.Mean(Points.Labelled(".?......"), 4, 0.5).Ignored.ShouldBe([true, false]);

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public void StepMinutes_SeriesWithAGap_IsTheUsualStep(int minutes)
    {
        var series = Points.Labelled("......", minutes);
        series.TimesMs[^1] += 1000 * Points.MinuteMs;

        series.StepMinutes().ShouldBe(minutes);
    }

    [Fact]
    public void StepMinutes_OnePointOrSeconds_IsOne()
    {
        Points.Labelled(".").StepMinutes().ShouldBe(1);
        (Points.Labelled("...") with { TimesMs = [0, 1000, 2000] }).StepMinutes().ShouldBe(1);
    }
}
