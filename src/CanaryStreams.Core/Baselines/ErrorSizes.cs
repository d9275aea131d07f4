namespace CanaryStreams.Core.Baselines;

/// <summary>
/// Fading histogram of signed errors in units of their deviation: logarithmic bins of a third of an octave from 1/4 on,
/// one half of them for each side. Quantiles are exact to about a tenth of their value.
/// </summary>
internal sealed class ErrorSizes
{
    private const int Side = 30;
    private const double BinsPerOctave = 3;
    private const double SmallestExponent = -2;
    private const double MemoryBuckets = 5000;
    private const float RescaleAt = 1e30f;

    private readonly float[] _bins;
    private double _weight = 1;
    private double _total;

    public ErrorSizes() => _bins = new float[2 * Side];

    private ErrorSizes(ErrorSizes other)
    {
        _bins = (float[])other._bins.Clone();
        (_weight, _total) = (other._weight, other._total);
    }

    /// <summary>Faded number of errors.</summary>
    public double Count => _total / _weight;

    /// <summary>Object of three fields, array with its header and length, and the bins.</summary>
    public static int StateBytes => 40 + 24 + (sizeof(float) * 2 * Side);

    public ErrorSizes Clone() => new(this);

    /// <param name="error">In units of the deviation.</param>
    public void Add(double error)
    {
        _weight *= 1 + (1 / MemoryBuckets);
        if (_weight > RescaleAt)
            Rescale();
        _bins[error < 0 ? Side - 1 - Bin(-error) : Side + Bin(error)] += (float)_weight;
        _total += _weight;
    }

    /// <summary>The error below which this share of all lies; 0 while there is none.</summary>
    /// <param name="share">In (0,1).</param>
    public double Quantile(double share)
    {
        if (_total <= 0)
            return 0;
        return share < 0.5 ? -FromBelow(share) : FromAbove(1 - share);
    }

    private double FromBelow(double share)
    {
        var (wanted, passed) = (share * _total, 0.0);
        for (var bin = 0; bin < _bins.Length; bin++)
        {
            passed += _bins[bin];
            if (passed >= wanted && passed > 0)
                return SizeAt(Side - 1 - bin, (passed - wanted) / Math.Max(_bins[bin], 1e-30));
        }
        return 0;
    }

    private double FromAbove(double share)
    {
        var (wanted, passed) = (share * _total, 0.0);
        for (var bin = _bins.Length - 1; bin >= 0; bin--)
        {
            passed += _bins[bin];
            if (passed >= wanted && passed > 0)
                return SizeAt(bin - Side, (passed - wanted) / Math.Max(_bins[bin], 1e-30));
        }
        return 0;
    }

    /// <summary>Size in a bin of one side (of the other one where it is negative), so far from its lower edge.</summary>
    private static double SizeAt(int bin, double within) => bin < 0 ? -Edge(-1 - bin, 1 - within) : Edge(bin, within);

    private static double Edge(int bin, double within) =>
        bin == 0
            ? within * Math.Pow(2, SmallestExponent)
            : Math.Pow(2, SmallestExponent + ((bin - 1 + Math.Min(within, 1)) / BinsPerOctave));

    private static int Bin(double size)
    {
        var position = (Math.Log2(size) - SmallestExponent) * BinsPerOctave;
        return position > 0 ? Math.Min((int)position + 1, Side - 1) : 0;
    }

    private void Rescale()
    {
        var factor = (float)(1 / _weight);
        foreach (ref var bin in _bins.AsSpan())
            bin *= factor;
        _total *= factor;
        _weight = 1;
    }
}
