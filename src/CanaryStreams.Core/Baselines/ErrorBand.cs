namespace CanaryStreams.Core.Baselines;

/// <summary>
/// How many deviations the errors of the next bucket go, on each side: quantiles of what was counted, a prior while that is
/// little, and a slack that follows the misses which the quantiles leave (bins are coarse, deviations move).
/// </summary>
internal struct ErrorBand
{
    private const double MissShare = 0.005;
    private const float Prior = 4;
    private const double PriorBuckets = 50;
    private const int RefreshBuckets = 16;
    private const double SlackGain = 0.03;
    private const double SlackMax = 4;

    private ErrorSizes? _sizes;
    private float _above;
    private float _below;
    private float _slack;

    public ErrorBand() => (_above, _below, _slack) = (Prior, Prior, 1);

    public readonly double Above => _slack * _above;
    public readonly double Below => _slack * _below;

    /// <summary>Whether errors have been counted.</summary>
    public readonly bool IsKnown => _sizes is not null;

    public readonly int StateBytes => _sizes is null ? 0 : ErrorSizes.StateBytes;

    public readonly ErrorBand Clone() => this with { _sizes = _sizes?.Clone() };

    /// <summary>The error below which this share lies, in deviations; 0 while nothing was counted.</summary>
    public readonly double Quantile(double share) => _sizes is null ? 0 : _sizes.Quantile(share);

    /// <param name="error">In deviations.</param>
    /// <param name="buckets">Of the series so far.</param>
    /// <param name="counts">Whether errors are counted for quantiles; if not, the slack alone follows the misses.</param>
    public void Learn(double error, int buckets, bool counts)
    {
        if (counts)
            _sizes ??= new ErrorSizes();
        _sizes?.Add(error);
        var isMiss = error > Above || error < -Below;
        _slack = (float)Math.Clamp(_slack * (1 + (SlackGain * ((isMiss ? 1 : 0) - (2 * MissShare)))), 1, SlackMax);
        if (_sizes is null || buckets % RefreshBuckets != 0)
            return;
        var share = _sizes.Count / (_sizes.Count + PriorBuckets);
        _above = WithPrior(_sizes.Quantile(1 - MissShare), share);
        _below = WithPrior(-_sizes.Quantile(MissShare), share);
    }

    private static float WithPrior(double quantile, double share) =>
        (float)Math.Max(1, (share * quantile) + ((1 - share) * Prior));
}
