namespace CanaryStreams.Core.Anomaly.Members;

/// <summary>Distance to an exponentially weighted mean, in units of the likewise weighted deviation.</summary>
/// <param name="gain">Weight of the newest point in the mean, in (0,1); the deviation moves at a third of that.</param>
internal sealed class MovingMeanMember(double gain) : IScoreMember
{
    private const int PointsBeforeClipping = 30;
    private const double Clip = 5;
    private const double VarianceFloor = 1e-18;
    private const double RelativeFloor = 1e-12;

    private double _mean;
    private double _variance;
    private int _points;

    public double Observe(long timeMs, double value)
    {
        var residual = value - _mean;
        // One point has no spread, a few have little to speak of: the first deviations count less.
        var deviation =
            _points == 0 ? 0 : Deviation.Of(residual, Math.Sqrt(_variance), _mean) * Deviation.Trust(_points - 1, 5);
        if (_points > 0)
        {
            // One absurd value must not make everything behind it look ordinary.
            var floor = VarianceFloor + (RelativeFloor * _mean * _mean);
            var limit =
                _points > PointsBeforeClipping ? Clip * Clip * Math.Max(_variance, floor) : double.PositiveInfinity;
            var square = Math.Min(residual * residual, limit);
            _variance += Deviation.Gain(gain / 3, _points - 1) * (square - _variance);
        }
        _mean += Deviation.Gain(gain, _points) * residual;
        _points++;
        return deviation;
    }

    public IScoreMember Clone() => (IScoreMember)MemberwiseClone();
}
