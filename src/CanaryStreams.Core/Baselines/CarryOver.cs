namespace CanaryStreams.Core.Baselines;

/// <summary>
/// How far the last deviations from the baseline carry over into the next bucket: a least-squares regression, fading
/// exponentially, of the residual on the one before and on a moving mean of those before (an ARMA-like memory: it holds
/// white noise, autoregression, a random walk and momentum). Everything is in units of the series' deviation.
/// </summary>
internal struct CarryOver
{
    private const float Fading = 0.998f;
    private const float MeanGain = 0.3f;
    private const float Limit = 6;

    // Worth of this many buckets in favour of "nothing carries over".
    private const float Ridge = 4;

    // A residual older than a few dozen buckets says nothing beyond the baseline, whatever the regression finds.
    private const float DecayMax = 0.95f;

    private float _lastLast;
    private float _lastMean;
    private float _meanMean;
    private float _lastNext;
    private float _meanNext;
    private float _last;
    private float _mean;
    private float _weightLast;
    private float _weightMean;

    /// <summary>Share of a deviation that is left one bucket later, in [0, 0.95].</summary>
    public readonly double Decay => Math.Clamp(_weightLast + _weightMean, 0, DecayMax);

    /// <summary>What the last residuals add to the baseline, in deviations.</summary>
    public readonly double Next => Math.Clamp((_weightLast * _last) + (_weightMean * _mean), -Limit, Limit);

    /// <summary>Buckets passed unseen or weren't normal: what is remembered of residuals fades.</summary>
    /// <param name="left">What is left of a deviation, in [0,1].</param>
    public void Forget(double left)
    {
        _last *= (float)left;
        _mean *= (float)left;
    }

    /// <param name="residual">From the baseline, in deviations.</param>
    public void Learn(double residual)
    {
        var next = (float)Math.Clamp(residual, -Limit, Limit);
        _lastLast = (Fading * _lastLast) + (_last * _last);
        _lastMean = (Fading * _lastMean) + (_last * _mean);
        _meanMean = (Fading * _meanMean) + (_mean * _mean);
        _lastNext = (Fading * _lastNext) + (_last * next);
        _meanNext = (Fading * _meanNext) + (_mean * next);
        var (a, b, d) = (_lastLast + Ridge, _lastMean, _meanMean + Ridge);
        var determinant = (a * d) - (b * b);
        _weightLast = ((d * _lastNext) - (b * _meanNext)) / determinant;
        _weightMean = ((a * _meanNext) - (b * _lastNext)) / determinant;
        _last = next;
        _mean += MeanGain * (next - _mean);
    }
}
