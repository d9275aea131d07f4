namespace CanaryStreams.Core.Anomaly.Evaluation;

/// <summary>F1 of what <see cref="DetectionCounts"/> counts.</summary>
/// <param name="delay">Points after the first of an event within which an alert finds it.</param>
public sealed class F1Measure(DetectionMeasure measure, int delay) : IThresholdMeasure
{
    public string Name => $"{(measure == DetectionMeasure.PointAdjusted ? "PA" : "event")}-{delay}";

    public float Best(IReadOnlyList<LabelledSeries> series) => ThresholdSweep.Best(series, measure, delay);

    public MeasureReading At(IReadOnlyList<LabelledSeries> series, float threshold)
    {
        var counts = ThresholdSweep.Count(series, measure, threshold, delay);
        return new MeasureReading(counts.F1, counts);
    }
}
