namespace CanaryStreams.Core.Anomaly.Members;

/// <summary>Distance to a slow mean as a share of that mean, in units of its usual size.</summary>
internal sealed class RelativeMember : IScoreMember
{
    private const double MeanGain = 0.01;
    private const double ScaleGain = 0.001;
    private const double ShareMax = 100;
    private const double Floor = 1e-9;
    private const double ScaleFloor = 1e-6;

    private double _mean;
    private double _scale;
    private int _points;

    public double Observe(long timeMs, double value)
    {
        var residual = value - _mean;
        var share = Math.Clamp(residual / (Math.Abs(_mean) + Floor), -ShareMax, ShareMax);
        var deviation = _points < 2 ? 0 : Deviation.Of(share, _scale + ScaleFloor, 1) * Deviation.Trust(_points - 1, 9);
        _scale += Deviation.Gain(ScaleGain, _points) * (Math.Abs(share) - _scale);
        _mean += Deviation.Gain(MeanGain, _points) * residual;
        _points++;
        return deviation;
    }

    public IScoreMember Clone() => (IScoreMember)MemberwiseClone();
}
