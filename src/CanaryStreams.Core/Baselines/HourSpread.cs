namespace CanaryStreams.Core.Baselines;

/// <summary>
/// How errors' size goes with the hour of the day: quiet nights, noisy noons. On trial against one size for all hours, by
/// the likelihood of a Laplace distribution, ln s + |e| / s for an error e at the scale s; used while it is better.
/// </summary>
internal sealed class HourSpread
{
    private const long HourMs = 3_600_000;
    private const int Hours = 24;
    private const double MemoryDays = 4;
    private const double DeviationGain = 0.01;
    private const double TrialMs = 2 * Hours * HourMs;
    private const double LossMemoryMs = 3 * Hours * HourMs;
    private const double Saves = 0.05;
    private const double HourGainMax = 0.12;
    private const int TrialBuckets = 300;
    private const double Clip = 6;
    private const double FactorMax = 5;

    private float[] _sizes = new float[Hours];
    private double _plain;
    private double _byHour;
    private double _saved;
    private double _seenMs;
    private double _scale;
    private int _hour = -1;

    /// <summary>Object of its fields, array with its header and length, and the hours.</summary>
    public static int StateBytes => 72 + 24 + (sizeof(float) * Hours);

    public bool IsUsed { get; private set; }

    public HourSpread Clone()
    {
        var clone = (HourSpread)MemberwiseClone();
        clone._sizes = (float[])_sizes.Clone();
        return clone;
    }

    /// <summary>Usual size at that hour, relative to the mean one; 1 while hours are not told apart.</summary>
    public double At(long timeMs) => IsUsed ? Factor(timeMs) : 1;

    /// <param name="error">Absolute, in the series' unit.</param>
    /// <returns>By what deviations in terms of the mean hour are to be multiplied, where the use has changed; else 1.</returns>
    public double Learn(long timeMs, double error, double stepMs)
    {
        var hour = Hour(timeMs);
        if (hour != _hour)
        {
            Scale();
            _hour = hour;
        }
        var wasUsed = IsUsed;
        var factor = Factor(timeMs);
        var even = error / factor;
        if (_seenMs > 0 && _plain > 0 && _byHour > 0)
            Compare(error, _byHour * factor, stepMs);
        var gain = _seenMs == 0 ? 1 : DeviationGain;
        _plain += gain * (Math.Min(error, Clip * Math.Max(_plain, error / 100)) - _plain);
        _byHour += gain * (Math.Min(even, Clip * Math.Max(_byHour, even / 100)) - _byHour);
        ref var size = ref _sizes[hour];
        var hourGain = Math.Clamp(stepMs / (MemoryDays * HourMs), 1e-6, HourGainMax);
        var limit = Clip * Math.Max(size, _plain);
        size = size == 0 ? (float)Math.Min(error, limit) : (float)(size + (hourGain * (Math.Min(error, limit) - size)));
        _seenMs += stepMs;
        return wasUsed == IsUsed ? 1
            : IsUsed ? 1 / factor
            : factor;
    }

    private void Compare(double error, double byHour, double stepMs)
    {
        var loss = Math.Log(_plain / byHour) + Math.Min(error / _plain, 10) - Math.Min(error / byHour, 10);
        _saved += Math.Min(0.05, stepMs / LossMemoryMs) * (loss - _saved);
        if (_seenMs >= Math.Max(TrialMs, TrialBuckets * stepMs))
            IsUsed = _saved > (IsUsed ? Saves / 2 : Saves);
    }

    private double Factor(long timeMs)
    {
        if (_scale <= 0)
            return 1;
        var hour = Hour(timeMs);
        // Neighbours lend each other support: an hour is seen once a day only.
        var here = _sizes[hour] + (0.5f * (_sizes[(hour + 1) % Hours] + _sizes[(hour + Hours - 1) % Hours]));
        return Math.Clamp(here * _scale / 2, 1 / FactorMax, FactorMax);
    }

    /// <summary>Once an hour, the inverse of the mean size; nothing before every hour was seen.</summary>
    private void Scale()
    {
        var sum = 0.0;
        foreach (var size in _sizes)
            sum += size > 0 ? size : double.NaN;
        _scale = sum > 0 ? Hours / sum : 0;
    }

    private static int Hour(long timeMs)
    {
        var hour = (int)(timeMs / HourMs % Hours);
        return hour < 0 ? hour + Hours : hour;
    }
}
