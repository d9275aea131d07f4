namespace CanaryStreams.Core.Baselines;

/// <summary>
/// What the last buckets say about the next one, beyond the baseline: nothing, what carries over of the last residuals, or
/// that it will be the same again, whichever has come nearest of late; brought to the median of its errors. And how large
/// those errors are.
/// </summary>
internal struct NextBucket
{
    private const double ErrorGain = 0.01;
    private const double BiasGain = 0.01;
    private const double Clip = 3;
    private const double Inertia = 0.03;
    private const double ErrorClip = 10;
    private const double BiasDeadZone = 1e-3;
    private const int FirstBuckets = 10;

    private CarryOver _carry;
    private double _last;
    private float _errorOfBaseline;
    private float _errorOfCarry;
    private float _errorOfLast;
    private Kind _kind;

    private enum Kind
    {
        Carry,
        Baseline,
        Last,
    }

    /// <summary>Moving mean absolute error of what is expected, before any floor.</summary>
    public double Deviation { get; private set; }

    /// <summary>Median of the errors that the mean leaves.</summary>
    public double Bias { get; private set; }

    public readonly double Decay => _kind == Kind.Last ? Math.Max(_carry.Decay, 0.9) : _carry.Decay;

    /// <summary>What is expected beyond the baseline.</summary>
    /// <param name="left">What is left of a residual of the last normal bucket, in [0,1].</param>
    /// <param name="spread">Deviation around the baseline.</param>
    public readonly double At(double left, double spread) =>
        _kind switch
        {
            Kind.Carry => (left * _carry.Next * spread) + Bias,
            Kind.Last => left * _last,
            _ => Bias,
        };

    /// <summary>Learns a normal bucket.</summary>
    /// <param name="residual">From the baseline.</param>
    /// <param name="moved">What this bucket has moved the baseline by.</param>
    /// <param name="gain">Weight of the bucket in the deviation.</param>
    public void Learn(double residual, double moved, double gain, int buckets, in Outlook at)
    {
        var limit = buckets <= FirstBuckets ? double.PositiveInfinity : Clip * Math.Max(at.NextSpread, at.Spread / 3);
        var error = Math.Min(Math.Abs(residual - At(at.Left, at.Spread)), limit);
        Deviation += gain * ((error / at.Hour) - Deviation);
        var carried = at.Left * _carry.Next * at.Spread;
        var errorGain = Math.Max(ErrorGain, 1.0 / buckets);
        var errorMax = ErrorClip * at.Spread;
        Follow(ref _errorOfBaseline, residual - Bias, errorGain, errorMax);
        Follow(ref _errorOfCarry, residual - carried - Bias, errorGain, errorMax);
        Follow(ref _errorOfLast, residual - (at.Left * _last), errorGain, errorMax);
        var rest = residual - Bias - (_kind == Kind.Baseline ? 0 : carried);
        if (buckets > FirstBuckets && Math.Abs(rest) > BiasDeadZone * at.NextSpread)
            Bias += BiasGain * Math.Max(at.NextSpread, 0.1 * at.Spread) * Math.Sign(rest);
        Choose();
        _carry.Forget(at.Left);
        _carry.Learn(residual / at.Spread);
        _last = residual - moved;
    }

    public void Rescale(double factor) => Deviation *= factor;

    private readonly double Of(Kind kind, double error) => kind == _kind ? (1 - Inertia) * error : error;

    private void Choose()
    {
        var (carry, baseline, last) = (
            Of(Kind.Carry, _errorOfCarry),
            Of(Kind.Baseline, _errorOfBaseline),
            Of(Kind.Last, _errorOfLast)
        );
        _kind =
            carry <= baseline && carry <= last ? Kind.Carry
            : baseline <= last ? Kind.Baseline
            : Kind.Last;
    }

    private static void Follow(ref float mean, double error, double gain, double limit) =>
        mean += (float)(gain * (Math.Min(Math.Abs(error), limit) - mean));
}
