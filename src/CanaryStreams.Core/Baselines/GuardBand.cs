namespace CanaryStreams.Core.Baselines;

/// <summary>
/// How many deviations from the baseline are normal, on each side: raised by every miss and lowered a little by every hit,
/// so that in the long run a stated share misses whatever the distribution (quantile tracking: Angelopoulos, Candès and
/// Tibshirani, Conformal PID control for time series prediction, 2023, eq. 4, on the logarithm).
/// </summary>
internal struct GuardBand
{
    private const double MissShare = 0.005;
    private const double Gain = 0.1;
    private const double Start = 4;
    private const double Least = 3;
    private const double Most = 1000;

    private double _above;
    private double _below;

    public GuardBand() => (_above, _below) = (Start, Start);

    public readonly double Above => _above;
    public readonly double Below => _below;

    /// <param name="residual">In deviations.</param>
    public void Learn(double residual)
    {
        _above = Math.Clamp(_above * (1 + (Gain * ((residual > _above ? 1 : 0) - MissShare))), Least, Most);
        _below = Math.Clamp(_below * (1 + (Gain * ((residual < -_below ? 1 : 0) - MissShare))), Least, Most);
    }
}
