using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Baselines;

namespace CanaryStreams.Core.Anomaly.Detection;

/// <summary>
/// The detector for one series: members that each see another kind of unusual, calibrated by the series' own past, and a
/// network over the last 32 points of their surprises that was trained on labelled and on injected anomalies (SR-CNN of
/// Ren et al., KDD 2019, with more to look at than the saliency). Its logits and the label-free mean surprise together are
/// the evidence; the score is a level, and an onset is where something new begins.
/// </summary>
/// <remarks>Not thread-safe. Allocates while its windows grow, never per point.</remarks>
public sealed class SeriesDetector : IPointScorer
{
    // The first points know nothing to compare with.
    private const int YoungPoints = 20;
    private const double YoungPenalty = 4;

    private readonly DetectorModel _model;
    private readonly double _threshold;
    private readonly PointFeatures _features;
    private readonly NetworkMemory _memory;
    private readonly AlertRule _alerts;
    private readonly SeriesProfile _profile;
    private int _points;

    /// <param name="threshold">Score in (0,1) from which an onset opens an alert.</param>
    /// <exception cref="ArgumentException">The model's networks see something else than <see cref="Shape"/>.</exception>
    public SeriesDetector(DetectorModel model, double threshold)
    {
        if (model.Ensemble.Shape != Shape)
            throw new ArgumentException($"the networks see {model.Ensemble.Shape}, not {Shape}", nameof(model));
        (_model, _threshold) = (model, threshold);
        _features = new PointFeatures(model.Without);
        _memory = model.Ensemble.CreateMemory();
        _alerts = new AlertRule(model.Fusion);
        _profile = new SeriesProfile(ProfileSettings.Default);
    }

    private SeriesDetector(SeriesDetector other)
    {
        (_model, _threshold, _points) = (other._model, other._threshold, other._points);
        _features = other._features.Clone();
        _memory = other._memory.Clone();
        _alerts = other._alerts.Clone();
        _profile = other._profile.Clone();
    }

    /// <summary>What the networks of a model must see.</summary>
    public static NetworkShape Shape { get; } = new(PointFeatures.ChannelCount, PointFeatures.ContextLength);

    /// <summary>An independent copy.</summary>
    public SeriesDetector Clone() => new(this);

    /// <inheritdoc/>
    public ScoredPoint Score(long timeMs, double value)
    {
        var expectation = _profile.Expect(timeMs);
        if (!double.IsFinite(value))
            return Point(0, 0, false, expectation);
        Span<float> channels = stackalloc float[PointFeatures.ChannelCount];
        Span<float> context = stackalloc float[PointFeatures.ContextLength];
        _features.Observe(timeMs, value, channels, context);
        var reading = _model.Ensemble.Step(channels, context, _memory);
        var evidence = _model.Fusion.Evidence(reading, _features.MeanSurprise) - Youth();
        var (score, onset) = _alerts.Observe(timeMs, evidence, _threshold);
        _profile.Update(timeMs, value, 1, _alerts.IsOpen);
        return Point(score, onset, _alerts.IsOpen, expectation);
    }

    private double Youth() => YoungPenalty * Math.Max(0, YoungPoints - _points++) / YoungPoints;

    private static ScoredPoint Point(double score, double onset, bool isAnomaly, in Expectation of) =>
        new(score, onset, isAnomaly, of.Expected, of.Lower, of.Upper, of.Quality);
}
