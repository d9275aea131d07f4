namespace CanaryStreams.Core.Baselines;

/// <summary>
/// How many deviations from the baseline are normal, on each side: raised by every miss and lowered a little by every hit,
/// so that in the long run a stated share misses whatever the distribution (quantile tracking: Angelopoulos, Candès and
/// Tibshirani, Conformal PID control for time series prediction, 2023, eq. 4, on the logarithm).
/// </summary>
internal struct GuardBand
{
    private const float MissShare = 0.005f;
    private const float Gain = 0.1f;
    private const float Start = 4;
    private const float Least = 3;
    private const float Most = 1000;

    private float _above;
    private float _below;

    public GuardBand() => (_above, _below) = (Start, Start);

    public readonly double Above => _above;
    public readonly double Below => _below;

    /// <param name="residual">In deviations.</param>
    /// <returns>Whether it missed the band.</returns>
    public bool Learn(double residual)
    {
        var (isAbove, isBelow) = (residual > _above, residual < -_below);
        _above = Math.Clamp(_above * (1 + (Gain * ((isAbove ? 1 : 0) - MissShare))), Least, Most);
        _below = Math.Clamp(_below * (1 + (Gain * ((isBelow ? 1 : 0) - MissShare))), Least, Most);
        return isAbove || isBelow;
    }
}
