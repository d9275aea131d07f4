namespace CanaryStreams.Core.Anomaly.Members;

/// <summary>
/// Error of the forecast of double exponential smoothing (Holt 1957), in units of its mean size. Innovations are clipped,
/// so that a spike doesn't bend the trend behind it.
/// </summary>
internal sealed class TrendMember : IScoreMember
{
    private const double LevelGain = 0.2;
    private const double TrendGain = 0.02;
    private const double ScaleGain = 0.01;
    private const double Clip = 4;

    private double _level;
    private double _trend;
    private double _scale;
    private int _points;

    public double Observe(long timeMs, double value)
    {
        if (_points++ == 0)
        {
            _level = value;
            return 0;
        }
        var forecast = _level + _trend;
        var innovation = value - forecast;
        var deviation = Deviation.Of(innovation, _scale, _level) * Deviation.Trust(_points - 2, 4);
        if (_points > 16)
            innovation = Math.Clamp(innovation, -Clip * _scale, Clip * _scale);
        _scale += Deviation.Gain(ScaleGain, _points - 2) * (Math.Abs(innovation) - _scale);
        // A floor lets a series that stood still for long follow a new level.
        _scale = Math.Max(_scale, 1e-6 * Math.Abs(value - _level));
        _level = forecast + (LevelGain * innovation);
        _trend += TrendGain * innovation;
        return deviation;
    }

    public IScoreMember Clone() => (IScoreMember)MemberwiseClone();
}
