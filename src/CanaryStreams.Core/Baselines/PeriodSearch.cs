using System.Numerics;

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

    /// <summary>Longest period in cells: two and a half of them are seen.</summary>
    public const int LongestLag = 100;

    /// <summary>Longer ones are the calendar's.</summary>
    public const double LongestMs = 12.5 * 60 * MinuteMs;

    private static ReadOnlySpan<short> UsualMinutes =>
        [5, 6, 10, 12, 15, 20, 30, 40, 45, 60, 90, 100, 120, 150, 180, 240, 300, 360, 480, 720];

    /// <returns>Milliseconds; 0 where no period shows.</returns>
    public static double Find(ReadOnlySpan<sbyte> cells, long cellMs, double stepMs)
    {
        Span<int> values = stackalloc int[cells.Length];
        Span<int> known = stackalloc int[cells.Length];
        var count = Prepare(cells, values, known);
        var power = Sum(values, values);
        if (count < cells.Length / 2 || power == 0)
            return 0;
        Span<double> correlation = stackalloc double[(cells.Length / 2) + 2];
        for (var lag = 0; lag < correlation.Length; lag++)
        {
            var pairs = count == cells.Length ? count - lag : Sum(known[lag..], known[..^lag]);
            var product = Sum(values[lag..], values[..^lag]);
            // Few pairs say too little.
            correlation[lag] = pairs < cells.Length / 4 ? 0 : (double)product / pairs * count / power;
        }
        var lagOfPeak = Peak(correlation);
        if (lagOfPeak == 0)
            return 0;
        var (period, multiple) = Refine(correlation, lagOfPeak);
        if (period * cellMs > LongestMs)
            return 0;
        return Usual(period * cellMs, 0.5 * cellMs / multiple, stepMs);
    }

    /// <summary>Takes mean and slope off.</summary>
    /// <returns>How many cells are known.</returns>
    private static int Prepare(ReadOnlySpan<sbyte> cells, Span<int> values, Span<int> known)
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
        var spread = (count * sumAtAt) - (sumAt * sumAt);
        var slope = spread > 0 ? ((count * sumAtValue) - (sumAt * sum)) / spread : 0;
        var start = (sum - (slope * sumAt)) / Math.Max(1, count);
        for (var i = 0; i < cells.Length; i++)
            values[i] = known[i] == 0 ? 0 : (int)Math.Round(cells[i] - start - (slope * i));
        return (int)count;
    }

    /// <summary>Sum of products. Whole numbers below 512: exact whatever the width of the vectors.</summary>
    private static int Sum(ReadOnlySpan<int> left, ReadOnlySpan<int> right)
    {
        var sums = Vector<int>.Zero;
        var i = 0;
        for (; i <= left.Length - Vector<int>.Count; i += Vector<int>.Count)
            sums += new Vector<int>(left[i..]) * new Vector<int>(right[i..]);
        var sum = Vector.Sum(sums);
        for (; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
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
            // Less than half a period, or the peaks of neighbours would be taken for this one's.
            var reach = (int)Math.Min(2, period / 3);
            for (var near = middle - reach; near <= middle + reach; near++)
                peak = correlation[near] > correlation[peak] ? near : peak;
            var refined = (peak + Vertex(correlation, peak)) / next;
            if (correlation[peak] < PeakMin / 2 || Math.Abs(refined - period) * next > 0.5 * period)
                break;
            (period, multiple) = (refined, next);
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
