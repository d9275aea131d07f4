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
    // Squares and differences must stay finite, in single precision too.
    private const double MagnitudeMax = 1e30;

    // The first points know nothing to compare with.
    private const int YoungPoints = 20;
    private const double YoungPenalty = 4;

    private readonly DetectorModel _model;
    private readonly double _threshold;
    private readonly SurpriseChannels _channels;
    private readonly SurpriseContext _context;
    private readonly NetworkMemory _memory;
    private readonly AlertRule _alerts;
    private readonly SeriesProfile _profile;
    private int _points;

    /// <param name="threshold">Score in (0,1) from which an onset opens an alert.</param>
    public SeriesDetector(DetectorModel model, double threshold)
    {
        (_model, _threshold) = (model, threshold);
        _channels = new SurpriseChannels();
        _context = new SurpriseContext();
        _memory = model.Ensemble.CreateMemory();
        _alerts = new AlertRule(model.Fusion);
        _profile = new SeriesProfile(ProfileSettings.Default);
    }

    private SeriesDetector(SeriesDetector other)
    {
        (_model, _threshold, _points) = (other._model, other._threshold, other._points);
        _channels = other._channels.Clone();
        _context = other._context.Clone();
        _memory = other._memory.Clone();
        _alerts = other._alerts.Clone();
        _profile = other._profile.Clone();
    }

    /// <summary>An independent copy.</summary>
    public SeriesDetector Clone() => new(this);

    /// <inheritdoc/>
    public ScoredPoint Score(long timeMs, double value)
    {
        var expectation = _profile.Expect(timeMs);
        if (!double.IsFinite(value))
            return Point(0, 0, false, expectation);
        value = Math.Clamp(value, -MagnitudeMax, MagnitudeMax);
        Span<float> surprises = stackalloc float[SurpriseChannels.Count];
        Span<float> context = stackalloc float[SurpriseContext.Length];
        _channels.Observe(timeMs, value, surprises);
        _context.Observe(surprises, context);
        var reading = _model.Ensemble.Step(surprises, context, _memory);
        var evidence = _model.Fusion.Evidence(reading, _context.MeanSurprise) - Youth();
        var (score, onset) = _alerts.Observe(timeMs, evidence, _threshold);
        _profile.Update(timeMs, value, 1, _alerts.IsOpen);
        return Point(score, onset, _alerts.IsOpen, expectation);
    }

    private double Youth() => YoungPenalty * Math.Max(0, YoungPoints - _points++) / YoungPoints;

    private static ScoredPoint Point(double score, double onset, bool isAnomaly, in Expectation of) =>
        new(score, onset, isAnomaly, of.Expected, of.Lower, of.Upper, of.Quality);
}
