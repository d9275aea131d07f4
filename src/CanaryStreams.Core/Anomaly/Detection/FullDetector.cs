using CanaryStreams.Core.Anomaly.Network;

namespace CanaryStreams.Core.Anomaly.Detection;

/// <summary>
/// The whole detector of one series: what its members see, the networks' readings of it, and the rule that says when to
/// speak. The logits and the label-free mean surprise together are the evidence behind the score.
/// </summary>
internal sealed class FullDetector
{
    // The first points know nothing to compare with.
    private const int YoungPoints = 20;
    private const double YoungPenalty = 4;

    private readonly DetectorModel _model;
    private readonly PointFeatures _features;
    private readonly NetworkMemory _memory;
    private readonly AlertRule _alerts;
    private int _points;

    public FullDetector(DetectorModel model)
    {
        _model = model;
        _features = new PointFeatures(model.Without);
        _memory = model.Ensemble.CreateMemory();
        _alerts = new AlertRule(model.Fusion);
    }

    private FullDetector(FullDetector other)
    {
        (_model, _points) = (other._model, other._points);
        _features = other._features.Clone();
        _memory = other._memory.Clone();
        _alerts = other._alerts.Clone();
    }

    /// <summary>Whether an alert is open.</summary>
    public bool IsOpen => _alerts.IsOpen;

    /// <inheritdoc cref="AlertRule.Continue"/>
    public void ContinueAlert(bool isOpen) => _alerts.Continue(isOpen);

    public FullDetector Clone() => new(this);

    /// <summary>Scores the next point and learns it.</summary>
    /// <param name="value">Finite.</param>
    /// <returns>Score in (0,1), and the same as onset where something new begins, otherwise 0.</returns>
    public (double Score, double Onset) Observe(long timeMs, double value, double threshold)
    {
        Span<float> channels = stackalloc float[PointFeatures.ChannelCount];
        Span<float> context = stackalloc float[PointFeatures.ContextLength];
        _features.Observe(timeMs, value, channels, context);
        var reading = _model.Ensemble.Step(channels, context, _memory);
        var youth = YoungPenalty * Math.Max(0, YoungPoints - _points++) / YoungPoints;
        var level = _model.Fusion.Level(reading, _features.MeanSurprise) - youth;
        var onset = _model.Fusion.Onset(reading, _features.MeanSurprise) - youth;
        return _alerts.Observe(timeMs, level, onset, threshold);
    }
}
