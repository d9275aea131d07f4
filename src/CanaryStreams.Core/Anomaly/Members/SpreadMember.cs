namespace CanaryStreams.Core.Anomaly.Members;

/// <summary>How much the steps of the last few points exceed those of the longer past: a burst of noise. Never negative.</summary>
internal sealed class SpreadMember : IScoreMember
{
    private const double ShortGain = 0.2;
    private const double LongGain = 0.005;

    private double _before;
    private double _short;
    private double _long;
    private int _points;

    public double Observe(long timeMs, double value)
    {
        var step = Math.Abs(value - _before);
        var deviation = 0.0;
        if (_points > 0)
        {
            _short += Deviation.Gain(ShortGain, _points - 1) * (step - _short);
            deviation = Deviation.Of(_short, _long, _before) * Deviation.Trust(_points - 1, 9);
            _long += Deviation.Gain(LongGain, _points - 1) * (step - _long);
        }
        _before = value;
        _points++;
        return deviation;
    }

    public IScoreMember Clone() => (IScoreMember)MemberwiseClone();
}
