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

    private CarryOver _carry;
    private double _last;
    private double _bias;
    private double _errorOfBaseline;
    private double _errorOfCarry;
    private double _errorOfLast;
    private Kind _kind;

    private enum Kind
    {
        Carry,
        Baseline,
        Last,
    }

    /// <summary>Moving mean absolute error of what is expected, before any floor.</summary>
    public double Deviation { get; private set; }

    public readonly double Decay => _kind == Kind.Last ? Math.Max(_carry.Decay, 0.9) : _carry.Decay;

    /// <summary>What is expected beyond the baseline.</summary>
    /// <param name="left">What is left of a residual of the last normal bucket, in [0,1].</param>
    /// <param name="spread">Deviation around the baseline.</param>
    public readonly double At(double left, double spread) =>
        _kind switch
        {
            Kind.Carry => (left * _carry.Next * spread) + _bias,
            Kind.Last => left * _last,
            _ => _bias,
        };

    /// <summary>Learns a normal bucket.</summary>
    /// <param name="residual">From the baseline.</param>
    /// <param name="shift">What this bucket has moved the baseline by.</param>
    public void Learn(double residual, double left, double spread, double shift, double gain, int buckets)
    {
        var error = residual - At(left, spread);
        var limit = buckets <= 10 ? double.PositiveInfinity : Clip * Math.Max(Deviation, spread / 3);
        if (buckets > 1)
            Deviation += Math.Max(gain, 1.0 / (buckets - 1)) * (Math.Min(Math.Abs(error), limit) - Deviation);
        var ofCarry = residual - (left * _carry.Next * spread) - _bias;
        var errorGain = Math.Max(ErrorGain, 1.0 / buckets);
        Follow(ref _errorOfBaseline, residual - _bias, errorGain, 10 * spread);
        Follow(ref _errorOfCarry, ofCarry, errorGain, 10 * spread);
        Follow(ref _errorOfLast, residual - (left * _last), errorGain, 10 * spread);
        var ofModel = _kind == Kind.Baseline ? residual - _bias : ofCarry;
        if (buckets > 10 && Math.Abs(ofModel) > 1e-3 * Deviation)
            _bias += BiasGain * Math.Max(Deviation, 0.1 * spread) * Math.Sign(ofModel);
        Choose();
        _carry.Forget(left);
        _carry.Learn((residual) / spread);
        _last = residual - shift;
    }

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

    private static void Follow(ref double mean, double error, double gain, double limit) =>
        mean += gain * (Math.Min(Math.Abs(error), limit) - mean);
}
