using CanaryStreams.Core.Anomaly.Training;

namespace CanaryStreams.Core.Tests.Anomaly.Training;

public sealed class SampleChoiceTests
{
    private const float Normal = 0.05f;

    [Fact]
    public void Choose_TinySeries_WeightsByHand()
    {
        // 20 points of warm-up, two normal ones, an event of four, one ignored, three normal ones.
        var series = Points.Labelled(new string('.', 22) + "xxxx" + "?...");

        var samples = SampleChoice.Choose([series], _ => new SampleSettings(2, 2, 1), seed: 1);

        // Level: 10·√4·2/4 a point; onset: 12·2 over the first three points.
        samples.ShouldBe([
            new(0, 20, 0, 0, 2 * Normal, 2 * Normal),
            new(0, 21, 0, 0, 2 * Normal, 2 * Normal),
            new(0, 22, 1, 1, 10, 8),
            new(0, 23, 1, 1, 10, 8),
            new(0, 24, 1, 1, 10, 8),
            new(0, 25, 1, 0, 10, 0),
            new(0, 27, 0, 0, 2 * Normal, 0),
            new(0, 28, 0, 0, 2 * Normal, 2 * Normal),
            new(0, 29, 0, 0, 2 * Normal, 2 * Normal),
        ]);
    }

    [Fact]
    public void Choose_EventInTheWarmUpAndAtTheEnd_AreTaken()
    {
        var samples = SampleChoice.Choose([Points.Labelled("xx...x")], _ => 1, seed: 1);

        samples.Select(sample => sample.Point).ShouldBe([0, 1, 5]);
        samples[^1].ShouldBe(new TrainingSample(0, 5, 1, 1, 10, 12));
    }

    [Fact]
    public void Choose_LongEvent_KeepsAboutSixtyPointsOfTheSameWeight()
    {
        var samples = SampleChoice.Choose([Points.Labelled(new string('x', 4000))], _ => 1, seed: 1);

        samples.Count.ShouldBeInRange(40, 100);
        samples.Sum(sample => (double)sample.OnsetWeight).ShouldBe(12, 1e-3);
        samples.Sum(sample => (double)sample.LevelWeight).ShouldBe(10 * Math.Sqrt(4000), 200);
    }

    [Theory]
    [InlineData(5_000, 1, 1)]
    [InlineData(5_001, 0.5, 1)]
    [InlineData(20_001, 0.15, 1)]
    [InlineData(60_000, 0.15, 0.5)]
    public void Choose_LongSeries_FewerNormalPointsWeighMore(int length, double share, double shortened)
    {
        var samples = SampleChoice.Choose([Points.Labelled(new string('.', length))], _ => 1, seed: 1);

        (samples.Count / (double)length).ShouldBe(share, 0.02);
        samples.ShouldAllBe(sample => Math.Abs(sample.LevelWeight - 0.05 * shortened / share) < 1e-6);
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(15, 7)]
    [InlineData(60, 3)]
    public void For_Rate_GivesTheDelay(int stepMinutes, int delay) =>
        SampleSettings.For(Points.Labelled("....", stepMinutes), 1).DelayPoints.ShouldBe(delay);

    [Fact]
    public void Choose_SetWithoutWeight_IsLeftOutAndChangesNothingElse()
    {
        LabelledPoints[] series =
        [
            Points.Labelled(new string('.', 30), set: "a"),
            Points.Labelled(new string('.', 6000), set: "b"),
        ];

        var both = SampleChoice.Choose(series, _ => 1, seed: 1);
        var one = SampleChoice.Choose(series, set => set == "b" ? 1 : 0, seed: 1);

        one.ShouldBe(both.Where(sample => sample.Series == 1));
        one.ShouldNotBeEmpty();
        SampleChoice.Choose(series, set => set == "b" ? 1 : 0, seed: 2).ShouldNotBe(one);
    }
}
