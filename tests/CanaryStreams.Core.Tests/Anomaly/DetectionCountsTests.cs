using CanaryStreams.Core.Anomaly.Evaluation;

namespace CanaryStreams.Core.Tests.Anomaly;

public class DetectionCountsTests
{
    // Two events of four points; the first is found late, the second at its third point; one false run of two.
    private static readonly bool[] Labels = [.. "0001111000000011110".Select(c => c == '1')];
    private static readonly float[] Scores = [.. "0000001001100000100".Select(c => c - '0')];

    [Theory]
    [InlineData(2, 4, 4)]
    [InlineData(3, 8, 0)]
    [InlineData(1, 0, 8)]
    public void PointAdjusted_AlertWithinDelay_CountsTheWholeEvent(int delay, int found, int missed) =>
        DetectionCounts.PointAdjusted(Labels, Scores, 1, delay).ShouldBe(new EventCounts(found, missed, 2));

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(3, 2, 0)]
    public void Events_EventsAndFalseRuns_CountOnceEach(int delay, int found, int missed) =>
        DetectionCounts.Events(Labels, Scores, 1, delay).ShouldBe(new EventCounts(found, missed, 1));

    [Fact]
    public void Events_RunThatBeginsBeforeTheEvent_IsNotFalse()
    {
        bool[] labels = [false, false, true, true];
        float[] scores = [0, 1, 1, 0];

        DetectionCounts.Events(labels, scores, 1, 0).ShouldBe(new EventCounts(1, 0, 0));
    }

    [Fact]
    public void F1_NothingFound_IsZero() => new EventCounts(0, 3, 2).F1.ShouldBe(0);

    [Fact]
    public void F1_Mixed_IsTheHarmonicMean()
    {
        var counts = EventCounts.Add(new EventCounts(3, 1, 0), new EventCounts(0, 0, 2));

        counts.Precision.ShouldBe(0.6);
        counts.Recall.ShouldBe(0.75);
        counts.F1.ShouldBe(2 * 0.6 * 0.75 / 1.35, 1e-12);
    }

    [Fact]
    public void Best_SeparableScores_SeparatesThem()
    {
        var series = new LabelledSeries("a", Labels, [.. Labels.Select((l, i) => l ? 0.9f : i / 100f)]);

        var threshold = ThresholdSweep.Best([series], DetectionMeasure.Events, 0);

        ThresholdSweep.Count([series], DetectionMeasure.Events, threshold, 0).F1.ShouldBe(1);
        ThresholdSweep.Count([series], DetectionMeasure.PointAdjusted, threshold, 0).F1.ShouldBe(1);
    }
}
