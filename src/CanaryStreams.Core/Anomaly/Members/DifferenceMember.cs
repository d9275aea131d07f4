namespace CanaryStreams.Core.Anomaly.Members;

/// <summary>The step from the point before, in units of the mean step.</summary>
internal sealed class DifferenceMember : IScoreMember
{
    private const double Gain = 0.02;

    private double _before;
    private double _meanStep;
    private int _points;

    public double Observe(long timeMs, double value)
    {
        var step = value - _before;
        var deviation = 0.0;
        if (_points > 0)
        {
            deviation = Deviation.Of(step, _meanStep, _before) * Deviation.Trust(_points - 1, 4);
            _meanStep += Deviation.Gain(Gain, _points - 1) * (Math.Abs(step) - _meanStep);
        }
        _before = value;
        _points++;
        return deviation;
    }

    public IScoreMember Clone() => (IScoreMember)MemberwiseClone();
}
