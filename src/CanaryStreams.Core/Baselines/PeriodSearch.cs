namespace CanaryStreams.Core.Baselines;

/// <summary>The period of a short series of cells: the first high peak of its autocorrelation, refined at its multiples.</summary>
internal static class PeriodSearch
{
    private const int ShortestLag = 4;
    private const double PeakMin = 0.3;
    private const double ProminenceMin = 0.3;

    // A period is taken for its own multiple unless the multiple stands out.
    private const double Fundamental = 0.8;

    private const double MinuteMs = 60_000;

    /// <summary>Longest period in cells: a third of 256, so that it is seen three times.</summary>
    public const int LongestLag = 85;

    /// <summary>Longer ones are the calendar's.</summary>
    public const double LongestMs = 12.5 * 60 * MinuteMs;

    private static ReadOnlySpan<short> UsualMinutes =>
        [5, 6, 10, 12, 15, 20, 30, 40, 45, 60, 90, 100, 120, 150, 180, 240, 300, 360, 480, 720];

    /// <returns>Milliseconds; 0 where no period shows.</returns>
    public static double Find(ReadOnlySpan<sbyte> cells, long cellMs, double stepMs)
    {
        Span<float> values = stackalloc float[cells.Length];
        Span<float> known = stackalloc float[cells.Length];
        if (!Prepare(cells, values, known))
            return 0;
        Span<double> correlation = stackalloc double[(cells.Length / 2) + 2];
        for (var lag = 0; lag < correlation.Length; lag++)
            correlation[lag] = Correlation(values, known, lag);
        var lagOfPeak = Peak(correlation);
        if (lagOfPeak == 0)
            return 0;
        var (period, multiple) = Refine(correlation, lagOfPeak);
        if (period * cellMs > LongestMs)
            return 0;
        return Usual(period * cellMs, 0.5 * cellMs / multiple, stepMs);
    }

    /// <summary>Takes mean and slope off; false where too little is left.</summary>
    private static bool Prepare(ReadOnlySpan<sbyte> cells, Span<float> values, Span<float> known)
    {
        double count = 0,
            sum = 0,
            sumAt = 0,
            sumAtAt = 0,
            sumAtValue = 0;
        for (var i = 0; i < cells.Length; i++)
        {
            known[i] = cells[i] == sbyte.MinValue ? 0 : 1;
            if (known[i] == 0)
                continue;
            count++;
            sum += cells[i];
            sumAt += i;
            sumAtAt += (double)i * i;
            sumAtValue += (double)i * cells[i];
        }
        if (count < cells.Length / 2)
            return false;
        var slope = ((count * sumAtValue) - (sumAt * sum)) / ((count * sumAtAt) - (sumAt * sumAt));
        var start = (sum - (slope * sumAt)) / count;
        for (var i = 0; i < cells.Length; i++)
            values[i] = known[i] == 0 ? 0 : (float)(cells[i] - start - (slope * i));
        return true;
    }

    private static double Correlation(ReadOnlySpan<float> values, ReadOnlySpan<float> known, int lag)
    {
        float product = 0,
            pairs = 0,
            power = 0,
            count = 0;
        for (var i = lag; i < values.Length; i++)
        {
            product += values[i] * values[i - lag];
            pairs += known[i] * known[i - lag];
        }
        for (var i = 0; i < values.Length; i++)
        {
            power += values[i] * values[i];
            count += known[i];
        }
        return power <= 0 || pairs < values.Length / 4 ? 0 : product / pairs * count / power;
    }

    private static int Peak(ReadOnlySpan<double> correlation)
    {
        var (best, lowest) = (PeakMin, 1.0);
        Span<double> peaks = stackalloc double[LongestLag + 1];
        for (var lag = 1; lag <= LongestLag; lag++)
        {
            lowest = Math.Min(lowest, correlation[lag]);
            var here = correlation[lag];
            var isPeak = here >= correlation[lag - 1] && here > correlation[lag + 1];
            if (lag < ShortestLag || !isPeak || here - lowest < ProminenceMin)
                continue;
            peaks[lag] = here;
            best = Math.Max(best, here);
        }
        for (var lag = ShortestLag; lag <= LongestLag; lag++)
        {
            if (peaks[lag] >= Math.Max(PeakMin, Fundamental * best))
                return lag;
        }
        return 0;
    }

    /// <summary>The peak nearest to each multiple of the lag gives the period more exactly than the one before.</summary>
    private static (double Period, int Multiple) Refine(ReadOnlySpan<double> correlation, int lag)
    {
        var (period, multiple) = (lag + Vertex(correlation, lag), 1);
        for (var next = 2; next * period < correlation.Length - 4; next++)
        {
            var middle = (int)Math.Round(next * period);
            var peak = middle;
            for (var near = middle - 2; near <= middle + 2; near++)
                peak = correlation[near] > correlation[peak] ? near : peak;
            if (correlation[peak] < PeakMin / 2)
                break;
            (period, multiple) = ((peak + Vertex(correlation, peak)) / next, next);
        }
        return (period, multiple);
    }

    /// <summary>Where the parabola through three neighbours is highest, in (−1,1) from the middle one.</summary>
    private static double Vertex(ReadOnlySpan<double> y, int i)
    {
        var curvature = y[i - 1] - (2 * y[i]) + y[i + 1];
        return curvature >= 0 ? 0 : Math.Clamp(0.5 * (y[i - 1] - y[i + 1]) / curvature, -0.5, 0.5);
    }

    /// <summary>What people and schedulers choose, or a multiple of the interval, where it is as near as can be told.</summary>
    private static double Usual(double periodMs, double toleranceMs, double stepMs)
    {
        foreach (var minutes in UsualMinutes)
        {
            if (Math.Abs(periodMs - (minutes * MinuteMs)) <= toleranceMs)
                return minutes * MinuteMs;
        }
        var multiple = Math.Round(periodMs / stepMs) * stepMs;
        return Math.Abs(periodMs - multiple) <= toleranceMs ? multiple : periodMs;
    }
}
