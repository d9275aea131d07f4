namespace CanaryStreams.Core.Anomaly.Members;

/// <summary>Distance to an exponentially weighted mean, in units of the likewise weighted deviation.</summary>
/// <param name="gain">Weight of the newest point in the mean, in (0,1); the deviation moves at a third of that.</param>
internal sealed class MovingMeanMember(double gain) : IScoreMember
{
    private double _mean;
    private double _variance;
    private int _points;

    public double Observe(long timeMs, double value)
    {
        var residual = value - _mean;
        var deviation = _points == 0 ? 0 : Deviation.Of(residual, Math.Sqrt(_variance), _mean);
        // One point has no spread, a few have little to speak of: the first deviations count less.
        deviation *= Math.Max(_points - 1, 0) / (_points + 4.0);
        if (_points > 0)
        {
            var varianceGain = Deviation.Gain(gain / 3, _points - 1);
            _variance += varianceGain * ((residual * residual) - _variance);
        }
        _mean += Deviation.Gain(gain, _points) * residual;
        _points++;
        return deviation;
    }

    public IScoreMember Clone() => (IScoreMember)MemberwiseClone();
}
