namespace CanaryStreams.Core.Anomaly.Evaluation;

/// <summary><see cref="NabScore"/> for one profile.</summary>
public sealed class NabMeasure(NabProfile profile) : IThresholdMeasure
{
    public string Name => $"NAB-{profile.Name}";

    public float Best(IReadOnlyList<LabelledSeries> series) => NabScore.Best(series, profile);

    public MeasureReading At(IReadOnlyList<LabelledSeries> series, float threshold) =>
        new(NabScore.At(series, profile, threshold), null);
}
