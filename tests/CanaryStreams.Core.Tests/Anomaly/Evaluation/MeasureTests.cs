using CanaryStreams.Core.Anomaly.Evaluation;

namespace CanaryStreams.Core.Tests.Anomaly.Evaluation;

public class MeasureTests
{
    private static readonly LabelledSeries Chosen = new(
        "chosen",
        [false, true, false, false],
        [0.1f, 0.6f, 0.2f, 0.3f]
    );

    private static readonly LabelledSeries Reported = new(
        "reported",
        [false, true, false, false],
        [0.1f, 0.9f, 0.7f, 0.3f]
    );

    public static TheoryData<string> Names => ["event-3", "PA-3", "NAB-standard", "NAB-low-FP", "NAB-low-FN"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Name_OfEach_SaysWhatItIs(string name) => All().Select(measure => measure.Name).ShouldContain(name);

    [Fact]
    public void At_ThresholdChosenElsewhere_IsNotThatOfTheSeriesItself()
    {
        var measure = new F1Measure(DetectionMeasure.Events, 3);

        var threshold = measure.Best([Chosen]);

        threshold.ShouldBe(0.6f);
        measure.At([Reported], threshold).Counts.ShouldBe(new EventCounts(1, 0, 0));
        new F1Measure(DetectionMeasure.PointAdjusted, 3)
            .At([Reported], threshold)
            .Counts.ShouldBe(new EventCounts(1, 0, 1));
    }

    [Fact]
    public void At_PerfectScores_AreTheBestThereIs()
    {
        foreach (var measure in All())
        {
            var expected = measure is NabMeasure ? 100 : 1;
            measure.At([Chosen], measure.Best([Chosen])).Value.ShouldBe(expected, 1e-6);
            measure.At([Chosen], float.PositiveInfinity).Value.ShouldBe(0);
        }
    }

    [Fact]
    public void Mean_SeriesOfOneClass_AreLeftOut()
    {
        var perfect = RankingMeasures.Of(Chosen, buffer: 0);
        var healthy = RankingMeasures.Of(new LabelledSeries("healthy", [false, false], [1, 2]));

        RankingMeasures.Mean([healthy, perfect]).ShouldBe(new RankingMeasures(1, 1));
        RankingMeasures.Mean([healthy]).AveragePrecision.ShouldBe(double.NaN);
    }

    [Fact]
    public void EvenOdd_Items_AreTakenInTurn()
    {
        EvenOdd.Even([1, 2, 3]).ShouldBe([1, 3]);
        EvenOdd.Odd([1, 2, 3]).ShouldBe([2]);
    }

    private static List<IThresholdMeasure> All() =>
        [
            new F1Measure(DetectionMeasure.Events, 3),
            new F1Measure(DetectionMeasure.PointAdjusted, 3),
            .. NabProfile.All.Select(profile => new NabMeasure(profile)),
        ];
}
