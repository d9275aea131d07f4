namespace CanaryStreams.Core.Anomaly.Evaluation;

/// <summary>
/// A measure of alerts, which needs a threshold: it can be chosen on one set of series and read on another, which is the
/// only reading that says what a stranger may expect.
/// </summary>
public interface IThresholdMeasure
{
    string Name { get; }

    /// <summary>The one threshold for all series that serves them best.</summary>
    float Best(IReadOnlyList<LabelledSeries> series);

    MeasureReading At(IReadOnlyList<LabelledSeries> series, float threshold);
}
