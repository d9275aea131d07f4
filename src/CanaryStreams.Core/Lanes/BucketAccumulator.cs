using CanaryStreams.Core.Evidence;

namespace CanaryStreams.Core.Lanes;

/// <summary>
/// Gathers one arm's readings of one bucket in constant memory. Mean and variance are exact (Welford 1962);
/// quantiles come from a systematic sample: when it is full every second value is dropped and the step doubled, so it
/// depends on the readings alone and not on a random source.
/// </summary>
internal sealed class BucketAccumulator
{
    private const int SampleSize = 128;

    private readonly double[] _sample = new double[SampleSize];
    private int _sampled;
    private int _step = 1;
    private double _sum;
    private double _readingMean;
    private double _squares;

    public double Count { get; private set; }
    public int Readings { get; private set; }
    public long LastMs { get; private set; }

    public void Add(long timeMs, double value, double count)
    {
        if (Readings % _step == 0)
            Sample(value);
        Readings++;
        Count += count;
        _sum += value * count;
        var before = value - _readingMean;
        _readingMean += before / Readings;
        _squares += before * (value - _readingMean);
        LastMs = Math.Max(LastMs, timeMs);
    }

    /// <summary>A reading over zero observations says that the arm is alive, and nothing of its level.</summary>
    public Arm ToArm()
    {
        if (Readings == 0 || Count <= 0)
            return Arm.Empty with { Readings = Readings };
        var variance = Readings < 2 ? double.NaN : _squares / (Readings - 1);
        return new Arm(Count, _sum / Count, Readings, variance);
    }

    /// <summary>Nearest-rank quantile of the readings; NaN where there are none.</summary>
    public double Quantile(double share)
    {
        if (_sampled == 0)
            return double.NaN;
        Array.Sort(_sample, 0, _sampled);
        return _sample[Math.Max(0, (int)Math.Ceiling(share * _sampled) - 1)];
    }

    public void Clear()
    {
        _sampled = 0;
        _step = 1;
        _sum = _readingMean = _squares = 0;
        Count = 0;
        Readings = 0;
        LastMs = 0;
    }

    private void Sample(double value)
    {
        if (_sampled == SampleSize)
        {
            for (var i = 0; i < SampleSize / 2; i++)
                _sample[i] = _sample[2 * i];
            _sampled = SampleSize / 2;
            _step *= 2;
            if (Readings % _step != 0)
                return;
        }
        _sample[_sampled++] = value;
    }
}
