using CanaryStreams.Core.Anomaly.Members;

namespace CanaryStreams.Core.Anomaly.Reference;

/// <summary>
/// Reference: distance to an exponentially weighted moving mean in units of the exponentially weighted standard deviation
/// (Roberts, Technometrics 1959; the variance as in Finch, "Incremental calculation of weighted mean and variance", 2009).
/// </summary>
public sealed class EwmaScorer(double threshold) : IPointScorer
{
    private const double Gain = 0.05;

    // Before, mean and variance are of too few points to be compared with.
    private const int SilentPoints = 20;

    private readonly DeviationVerdict _verdict = new(threshold);
    private double _mean = double.NaN;
    private double _variance;
    private int _points;

    /// <inheritdoc/>
    public ScoredPoint Score(long timeMs, double value)
    {
        var (expected, scale) = (_mean, Math.Sqrt(_variance));
        if (!double.IsFinite(value))
            return DeviationVerdict.Missing(expected, DeviationVerdict.Half * scale);
        value = DeviationVerdict.Bounded(value);
        var isSilent = _points < SilentPoints;
        var deviation = isSilent ? 0 : Deviation.Of(value - expected, scale, expected);
        Learn(value);
        return _verdict.Of(deviation, expected, DeviationVerdict.Half * scale);
    }

    private void Learn(double value)
    {
        var gain = Deviation.Gain(Gain, _points);
        var difference = _points == 0 ? 0 : value - _mean;
        _mean = _points == 0 ? value : _mean + (gain * difference);
        _variance = (1 - gain) * (_variance + (gain * difference * difference));
        _points = Math.Min(_points + 1, SilentPoints);
    }
}
