namespace CanaryStreams.Core.Baselines;

/// <summary>
/// Streaming quantiles of non-negative numbers: counts in logarithmic bins, four or eight to an octave, old counts fading
/// exponentially. A quantile is exact to half a bin (9 % at four bins to an octave) whatever the distribution, unlike those
/// of P², and costs no allocation.
/// </summary>
/// <remarks>State: 4 bytes a bin (64 bins: 256 bytes).</remarks>
public sealed class LogHistogram
{
    private const int SmallestExponent = -3;
    private const float RescaleAt = 1e30f;

    private readonly float[] _bins;
    private readonly double _binsPerOctave;
    private readonly double _growth;

    // Fading old counts is done by giving new ones more weight; everything is scaled down before that overflows.
    private double _weight = 1;
    private double _total;

    /// <param name="bins">Number of bins, the first one for everything below 1/8 and the last for everything above.</param>
    /// <param name="binsPerOctave">Resolution.</param>
    /// <param name="memory">Number of additions after which a count has faded to 1/e; ≥ 1.</param>
    public LogHistogram(int bins, int binsPerOctave, double memory)
    {
        _bins = new float[bins];
        _binsPerOctave = binsPerOctave;
        _growth = 1 + (1 / memory);
    }

    private LogHistogram(LogHistogram other)
    {
        _bins = (float[])other._bins.Clone();
        (_binsPerOctave, _growth) = (other._binsPerOctave, other._growth);
        (_weight, _total) = (other._weight, other._total);
    }

    /// <summary>Faded number of additions.</summary>
    public double Count => _total / _weight;

    /// <summary>Upper edge of the last bin: larger numbers are counted there.</summary>
    public double Largest => Edge(_bins.Length - 1);

    public LogHistogram Clone() => new(this);

    /// <param name="value">≥ 0, finite.</param>
    public void Add(double value)
    {
        _weight *= _growth;
        if (_weight > RescaleAt)
            Rescale();
        _bins[Bin(value)] += (float)_weight;
        _total += _weight;
    }

    /// <summary>Smallest bin edge below which the given share of the counts lies; 0 while there is none.</summary>
    /// <param name="share">In (0,1).</param>
    public double Quantile(double share)
    {
        Span<double> result = stackalloc double[1];
        Quantiles([share], result);
        return result[0];
    }

    /// <summary>Several quantiles in one pass.</summary>
    /// <param name="shares">In (0,1), rising.</param>
    public void Quantiles(ReadOnlySpan<double> shares, Span<double> results)
    {
        results.Clear();
        var (next, below) = (0, 0.0);
        for (var bin = 0; bin < _bins.Length && next < shares.Length; bin++)
        {
            var here = (double)_bins[bin];
            while (next < shares.Length && here > 0 && below + here >= shares[next] * _total)
            {
                var within = Math.Clamp(((shares[next] * _total) - below) / here, 0, 1);
                results[next++] = bin == 0 ? 0 : Edge(bin - 1 + within);
            }
            below += here;
        }
        // Rounding of the float counts may leave the last share just out of reach.
        while (next < shares.Length && _total > 0)
            results[next++] = Edge(_bins.Length - 1);
    }

    private double Edge(double binsAboveSmallest) =>
        Math.Exp(Math.Log(2) * (SmallestExponent + (binsAboveSmallest / _binsPerOctave)));

    private int Bin(double value)
    {
        var position = (Math.Log2(value) - SmallestExponent) * _binsPerOctave;
        return position > 0 ? Math.Min((int)position + 1, _bins.Length - 1) : 0;
    }

    private void Rescale()
    {
        var factor = 1 / _weight;
        for (var i = 0; i < _bins.Length; i++)
            _bins[i] = (float)(_bins[i] * factor);
        _total *= factor;
        _weight = 1;
    }
}
