namespace CanaryStreams.Core.Evidence;

/// <summary>
/// A Kalman filter of the difference y of two healthy arms under one hypothesis about its noise: y = persistent offset
/// ~ N(0, (minEffect/3)²) + a warm-up decaying in about 3 minutes + AR(1) noise + white sampling noise. The offset
/// makes the null composite: a difference smaller than minEffect is no fault, however long it lasts.
/// </summary>
/// <remarks>
/// The filter is linear, so what a step or a ramp that began at some bucket adds to its innovations — the signature —
/// is had by feeding a unit step or ramp through the same gains. A bucket more than four deviations off is taken for an
/// outlier: the gain is cut, so that a blip doesn't drag the state.
/// </remarks>
internal sealed class LevelFilter
{
    public const int Dimension = 3;

    private const double OutlierDeviations = 4;
    private const double WarmUpMinutes = 3;
    public const double WarmUpDeviation = 0.4;

    private readonly double[] _step = new double[Dimension];
    private readonly double[] _transition = new double[Dimension];
    private readonly double[] _stationary = new double[Dimension];
    private readonly double[] _covariance = new double[Dimension * Dimension];
    private readonly double[] _state = new double[Dimension];
    private readonly double[] _gain = new double[Dimension];
    private bool _begun;

    /// <param name="deviation">Stationary standard deviation of the AR(1) noise.</param>
    /// <param name="autocorrelationPerMinute">φ of one minute.</param>
    public LevelFilter(
        double minEffect,
        double deviation,
        double autocorrelationPerMinute,
        double bucketMinutes,
        double warmUp = WarmUpDeviation
    )
    {
        _step[0] = 1;
        _covariance[0] = minEffect * minEffect / 9;
        _step[1] = Math.Exp(-bucketMinutes / WarmUpMinutes);
        _covariance[Dimension + 1] = warmUp * warmUp;
        _step[2] = Math.Pow(autocorrelationPerMinute, bucketMinutes);
        _stationary[2] = deviation * deviation;
        _covariance[2 * Dimension + 2] = _stationary[2];
        AutocorrelationPerBucket = _step[2];
        Variance = deviation * deviation;
    }

    public double AutocorrelationPerBucket { get; }

    /// <summary>Stationary variance of the AR(1) noise.</summary>
    public double Variance { get; }

    /// <summary>y minus what was expected of it.</summary>
    public double Innovation { get; private set; }

    /// <summary>Variance of the innovation under the null.</summary>
    public double InnovationVariance { get; private set; }

    /// <summary>Takes y with its sampling variance, <paramref name="buckets"/> ≥ 1 after the last one taken.</summary>
    public void Observe(double y, double samplingVariance, long buckets)
    {
        for (var i = 0; i < Dimension; i++)
            _transition[i] =
                !_begun ? 1
                : buckets == 1 ? _step[i]
                : Math.Pow(_step[i], buckets);
        _begun = true;
        var expected = 0.0;
        var variance = samplingVariance;
        for (var i = 0; i < Dimension; i++)
        {
            _state[i] *= _transition[i];
            expected += _state[i];
            for (var j = 0; j < Dimension; j++)
            {
                var p = _covariance[i * Dimension + j] * _transition[i] * _transition[j];
                if (i == j)
                    p += _stationary[i] * (1 - _transition[i] * _transition[i]);
                _covariance[i * Dimension + j] = p;
                variance += p;
            }
        }
        Innovation = y - expected;
        InnovationVariance = variance;
        Correct(Math.Max(variance, Innovation * Innovation / (OutlierDeviations * OutlierDeviations)));
    }

    /// <summary>Passes one unit fault through the filter: its signature is advanced in place.</summary>
    /// <param name="response">State that the fault has been mistaken for so far, length <see cref="Dimension"/>.</param>
    /// <param name="height">The unit fault's height in this bucket.</param>
    /// <returns>What the unit fault adds to this bucket's innovation.</returns>
    public double Signature(Span<double> response, double height)
    {
        var left = height;
        for (var i = 0; i < Dimension; i++)
        {
            response[i] *= _transition[i];
            left -= response[i];
        }
        for (var i = 0; i < Dimension; i++)
            response[i] += _gain[i] * left;
        return left;
    }

    private void Correct(double variance)
    {
        for (var i = 0; i < Dimension; i++)
        {
            var covariance = 0.0;
            for (var j = 0; j < Dimension; j++)
                covariance += _covariance[i * Dimension + j];
            _gain[i] = covariance / variance;
        }
        for (var i = 0; i < Dimension; i++)
        {
            _state[i] += _gain[i] * Innovation;
            for (var j = 0; j < Dimension; j++)
                _covariance[i * Dimension + j] -= _gain[i] * _gain[j] * variance;
        }
    }
}
