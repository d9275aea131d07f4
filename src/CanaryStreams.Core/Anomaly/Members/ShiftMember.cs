namespace CanaryStreams.Core.Anomaly.Members;

/// <summary>Distance of a fast moving mean to a slow one, in units of its usual size: a level that has moved and stays.</summary>
internal sealed class ShiftMember : IScoreMember
{
    private const double FastGain = 0.2;
    private const double SlowGain = 0.01;
    private const double ScaleGain = 0.002;

    private double _fast;
    private double _slow;
    private double _variance;
    private int _points;

    public double Observe(long timeMs, double value)
    {
        _fast += Deviation.Gain(FastGain, _points) * (value - _fast);
        var shift = _fast - _slow;
        var deviation =
            _points < 3 ? 0 : Deviation.Of(shift, Math.Sqrt(_variance), _slow) * Deviation.Trust(_points - 1, 9);
        if (_points > 0)
            _variance += Deviation.Gain(ScaleGain, _points - 1) * ((shift * shift) - _variance);
        _slow += Deviation.Gain(SlowGain, _points) * (value - _slow);
        _points++;
        return deviation;
    }

    public IScoreMember Clone() => (IScoreMember)MemberwiseClone();
}
