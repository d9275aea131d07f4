namespace CanaryStreams.Core.Anomaly.Detection;

/// <summary>
/// What the surprises of a series' longer past say, as numbers for the network's dense layers: how surprising the point is
/// over all channels, how surprising the last minutes, hours and days were, and how often. None has a direction, so that
/// a fall and a rise look alike.
/// </summary>
internal sealed class SurpriseContext
{
    public const int Length = 42;

    private const float SurpriseClip = 4;
    private const float SmoothClip = 5;
    private const double RareTop = 2.5;
    private const double RareMean = 1.8;

    // What the mean surprise is taken of: kinds of unusual that don't say the same thing twice.
    private static readonly Channel[] Averaged =
    [
        Channel.Mean,
        Channel.SlowMean,
        Channel.Trend,
        Channel.Day,
        Channel.DaySlot,
        Channel.DaySmooth,
        Channel.DayStep,
        Channel.ShortSpectrum,
        Channel.LongSpectrum,
        Channel.Shift,
        Channel.Step,
        Channel.Excess,
    ];

    private static readonly Channel[] Lasting =
    [
        Channel.Day,
        Channel.Shift,
        Channel.LongMean,
        Channel.SlowMean,
        Channel.DaySmooth,
        Channel.Relative,
    ];

    private static readonly Channel[] Smoothed =
    [
        Channel.Day,
        Channel.DaySmooth,
        Channel.DaySlot,
        Channel.WeekSlot,
        Channel.WeekSmooth,
        Channel.Local,
        Channel.Shift,
        Channel.SlowMean,
    ];

    private Memory _memory;
    private int _points;

    /// <summary>Mean surprise of the point just observed: the label-free score, −log₁₀ of a share of the past.</summary>
    public double MeanSurprise { get; private set; }

    public SurpriseContext Clone() => (SurpriseContext)MemberwiseClone();

    /// <param name="surprises">What <see cref="SurpriseChannels"/> gave, signed.</param>
    /// <param name="context">Receives <see cref="Length"/> numbers.</param>
    public void Observe(ReadOnlySpan<float> surprises, Span<float> context)
    {
        var (mean, top) = Summary(surprises);
        MeanSurprise = mean;
        _points++;
        Recent(mean, top, context);
        Directions(surprises, context[12..]);
        Recurrence(mean, top, context[34..]);
    }

    private static (double Mean, double Top) Summary(ReadOnlySpan<float> surprises)
    {
        Span<float> sizes = stackalloc float[Averaged.Length];
        var sum = 0.0;
        for (var i = 0; i < sizes.Length; i++)
        {
            sizes[i] = Math.Abs(surprises[(int)Averaged[i]]);
            sum += sizes[i];
        }
        sizes.Sort();
        return (sum / sizes.Length, ((double)sizes[^1] + sizes[^2] + sizes[^3]) / 3);
    }

    /// <summary>The point itself beside moving means and decaying peaks of mean and top surprise: 12 numbers.</summary>
    private void Recent(double mean, double top, Span<float> context)
    {
        ref var m = ref _memory;
        m.MeanFast += 0.2 * (mean - m.MeanFast);
        m.MeanSlow += 0.03 * (mean - m.MeanSlow);
        m.MeanLong += 0.005 * (mean - m.MeanLong);
        m.TopFast += 0.2 * (top - m.TopFast);
        m.TopSlow += 0.01 * (top - m.TopSlow);
        m.PeakFast = Math.Max(m.PeakFast * 0.98, mean);
        m.PeakSlow = Math.Max(m.PeakSlow * 0.998, mean);
        context[0] = (float)mean;
        context[1] = (float)top;
        context[2] = (float)m.MeanFast;
        context[3] = (float)m.MeanSlow;
        context[4] = (float)m.MeanLong;
        context[5] = (float)m.TopFast;
        context[6] = (float)m.TopSlow;
        context[7] = (float)m.PeakFast;
        context[8] = (float)m.PeakSlow;
        context[9] = (float)((0.3 * Math.Log(_points)) - 2);
        context[10] = (float)(0.2 * mean * mean);
        context[11] = (float)(top - m.TopSlow);
    }

    /// <summary>Whether single channels keep pointing the same way, over tens and hundreds of points: 22 numbers.</summary>
    private void Directions(ReadOnlySpan<float> surprises, Span<float> context)
    {
        for (var i = 0; i < Lasting.Length; i++)
        {
            var surprise = Math.Clamp(surprises[(int)Lasting[i]], -SurpriseClip, SurpriseClip);
            _memory.Lasting[i] += 0.03f * (surprise - _memory.Lasting[i]);
            context[i] = Math.Abs(_memory.Lasting[i]);
        }
        context = context[Lasting.Length..];
        for (var i = 0; i < Smoothed.Length; i++)
        {
            var surprise = Math.Clamp(surprises[(int)Smoothed[i]], -SmoothClip, SmoothClip);
            _memory.Short[i] += 0.1f * (surprise - _memory.Short[i]);
            _memory.Long[i] += 0.01f * (surprise - _memory.Long[i]);
            context[2 * i] = Math.Abs(_memory.Short[i]);
            context[(2 * i) + 1] = Math.Abs(_memory.Long[i]);
        }
    }

    /// <summary>How the point compares with the greatest surprises of days, and how often there are such: 8 numbers.</summary>
    private void Recurrence(double mean, double top, Span<float> context)
    {
        ref var m = ref _memory;
        context[0] = (float)(top - m.DayTop);
        context[1] = (float)(top - m.WeekTop);
        context[2] = (float)(mean - m.DayMean);
        context[3] = (float)((0.3 * Math.Log(m.TopShare + 1e-4)) + 1);
        context[4] = (float)((0.3 * Math.Log(m.MeanShare + 1e-4)) + 1);
        context[5] = (float)(0.3 * m.DayTop);
        context[6] = (float)(top - m.UsualTop);
        context[7] = Math.Min(1, _points * 0.002f);
        m.DayTop = Math.Max(m.DayTop * 0.9995, top);
        m.WeekTop = Math.Max(m.WeekTop * 0.9999, top);
        m.DayMean = Math.Max(m.DayMean * 0.9995, mean);
        m.TopShare += 0.001 * ((top > RareTop ? 1 : 0) - m.TopShare);
        m.MeanShare += 0.001 * ((mean > RareMean ? 1 : 0) - m.MeanShare);
        m.UsualTop += 0.0005 * ((4 * Math.Max(top - 1.5, 0)) - m.UsualTop);
    }

    private struct Memory
    {
        public double MeanFast;
        public double MeanSlow;
        public double MeanLong;
        public double TopFast;
        public double TopSlow;
        public double PeakFast;
        public double PeakSlow;
        public double DayTop;
        public double WeekTop;
        public double DayMean;
        public double TopShare;
        public double MeanShare;
        public double UsualTop;
        public EightFloats Lasting;
        public EightFloats Short;
        public EightFloats Long;
    }

    [System.Runtime.CompilerServices.InlineArray(8)]
    private struct EightFloats
    {
        private float _first;
    }
}
