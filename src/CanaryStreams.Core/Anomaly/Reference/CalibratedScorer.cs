using CanaryStreams.Core.Anomaly.Members;
using CanaryStreams.Core.Baselines;

namespace CanaryStreams.Core.Anomaly.Reference;

/// <summary>
/// Some members of <see cref="SeriesScorer"/> without the others, each calibrated by its own past as there: what a member
/// is worth by itself.
/// </summary>
internal sealed class CalibratedScorer : IPointScorer
{
    private readonly double _threshold;
    private readonly MeanSurprise _surprise;
    private OnsetRule _onset;

    public CalibratedScorer(double threshold, params IScoreMember[] members)
    {
        var full = ScorerSettings.Full;
        _threshold = threshold;
        _surprise = new MeanSurprise(full, members);
        _onset = new OnsetRule(full.OnsetLookBack);
    }

    /// <inheritdoc/>
    public ScoredPoint Score(long timeMs, double value)
    {
        if (!double.IsFinite(value))
            return DeviationVerdict.Missing();
        value = DeviationVerdict.Bounded(value);
        var surprise = _surprise.Observe(timeMs, value);
        var score = surprise / (surprise + ScorerSettings.Full.HalfScoreSurprise);
        return new ScoredPoint(
            score,
            _onset.Observe(score),
            score >= _threshold,
            double.NaN,
            double.NaN,
            double.NaN,
            ProfileQuality.Ok
        );
    }
}
