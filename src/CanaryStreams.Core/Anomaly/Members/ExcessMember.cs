namespace CanaryStreams.Core.Anomaly.Members;

/// <summary>
/// How far the point leaves the range of the recent past: its excess over a maximum and a minimum that slowly give way,
/// in units of the mean step. Zero for nearly every normal point.
/// </summary>
internal sealed class ExcessMember : IScoreMember
{
    private const double DecayGain = 0.003;
    private const double ScaleGain = 0.01;

    private double _before;
    private double _high;
    private double _low;
    private double _mean;
    private double _scale;
    private int _points;

    public double Observe(long timeMs, double value)
    {
        if (_points++ == 0)
        {
            _before = _high = _low = _mean = value;
            return 0;
        }
        var excess = value - Math.Clamp(value, Math.Min(_low, _high), Math.Max(_low, _high));
        var deviation = Deviation.Of(excess, _scale, _mean) * Deviation.Trust(_points - 2, 10);
        _scale += Deviation.Gain(ScaleGain, _points - 2) * (Math.Abs(value - _before) - _scale);
        _mean += Deviation.Gain(ScaleGain, _points - 1) * (value - _mean);
        _high = Math.Max(value, _high + (DecayGain * (_mean - _high)));
        _low = Math.Min(value, _low + (DecayGain * (_mean - _low)));
        _before = value;
        return deviation;
    }

    public IScoreMember Clone() => (IScoreMember)MemberwiseClone();
}
