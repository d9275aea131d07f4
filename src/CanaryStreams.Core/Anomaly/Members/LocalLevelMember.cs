namespace CanaryStreams.Core.Anomaly.Members;

/// <summary>
/// Distance to a mean that ends some points ago, in units of its usual size: what the last few points say cannot have
/// moved what they are compared with.
/// </summary>
internal sealed class LocalLevelMember : IScoreMember
{
    private const int Lag = 6;
    private const double LevelGain = 0.08;
    private const double ScaleGain = 0.01;
    private const int PointsBeforeClipping = 40;
    private const double Clip = 8;

    private LagBuffer _last;
    private double _level;
    private double _scale;
    private int _points;

    public double Observe(long timeMs, double value)
    {
        if (_points >= Lag)
            _level += Deviation.Gain(LevelGain, _points - Lag) * (_last[_points % Lag] - _level);
        _last[_points % Lag] = value;
        var behind = _points++ - Lag - 2;
        if (behind <= 0)
            return 0;
        var residual = value - _level;
        var deviation = Deviation.Of(residual, _scale, _level) * Deviation.Trust(behind, 16);
        var limit = _points > PointsBeforeClipping ? Clip * _scale : double.PositiveInfinity;
        _scale += Deviation.Gain(ScaleGain, behind) * (Math.Min(Math.Abs(residual), limit) - _scale);
        // A floor lets a series that stood still for long find its new scale.
        _scale = Math.Max(_scale, 1e-6 * Math.Abs(residual));
        return deviation;
    }

    public IScoreMember Clone() => (IScoreMember)MemberwiseClone();

    [System.Runtime.CompilerServices.InlineArray(Lag)]
    private struct LagBuffer
    {
        private double _first;
    }
}
