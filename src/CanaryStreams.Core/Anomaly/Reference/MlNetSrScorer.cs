namespace CanaryStreams.Core.Anomaly.Reference;

/// <summary>
/// Reference: spectral residual with the constants and choices of ML.NET's <c>DetectAnomalyBySrCnn</c> (Ren et al., KDD
/// 2019, without the network), whose names it keeps: the last point of a window of 64 is judged by the raw score
/// |S − S̄| / S̄. Unlike <see cref="SpectralResidual"/> both averages run over the points up to the present one, itself
/// included, and the transform is as long as the window with its added points, 69. Silent until the window is full.
/// </summary>
/// <remarks>
/// ML.NET computes in single precision and cuts the score at 10 times the mean, where it would tie; neither is repeated.
/// Logarithm and exponential may differ in the last digit from machine to machine: that is well enough for a comparison.
/// </remarks>
public sealed class MlNetSrScorer(double threshold) : IPointScorer
{
    private const int WindowSize = 64;
    private const int BackAddWindowSize = 5;
    private const int LookaheadWindowSize = 5;
    private const int AveragingWindowSize = 3;
    private const int JudgementWindowSize = 21;
    private const int Length = WindowSize + BackAddWindowSize;

    // What is weaker than the strongest bin by this much is rounding: a constant series has nothing else.
    private const double AmplitudeFloor = 1e-12;
    private const double MeanFloor = 1e-8;

    private static readonly double[] Cos = Table(Math.Cos);
    private static readonly double[] Sin = Table(Math.Sin);

    private readonly DeviationVerdict _verdict = new(threshold);
    private readonly double[] _ring = new double[WindowSize];
    private int _next;
    private int _points;

    /// <inheritdoc/>
    public ScoredPoint Score(long timeMs, double value)
    {
        if (!double.IsFinite(value))
            return DeviationVerdict.Missing();
        value = DeviationVerdict.Bounded(value);
        _ring[_next] = value;
        _next = (_next + 1) % WindowSize;
        _points = Math.Min(_points + 1, WindowSize);
        if (_points < WindowSize)
            return _verdict.Of(0);
        Span<double> window = stackalloc double[Length];
        _ring.AsSpan(_next).CopyTo(window);
        _ring.AsSpan(0, _next).CopyTo(window[(WindowSize - _next)..]);
        return _verdict.Of(RawScore(window));
    }

    /// <summary>The raw score of the last point before the added ones.</summary>
    /// <param name="window">64 points, and room for the 5 added.</param>
    internal static double RawScore(Span<double> window)
    {
        BackAdd(window);
        Span<double> re = stackalloc double[Length];
        Span<double> im = stackalloc double[Length];
        Transform(window, re, im);
        LeaveResidual(re, im);
        Span<double> saliency = stackalloc double[JudgementWindowSize];
        var mean = 0.0;
        for (var i = 0; i < JudgementWindowSize; i++)
        {
            saliency[i] = Magnitude(re, im, WindowSize - JudgementWindowSize + i);
            mean += saliency[i] / JudgementWindowSize;
        }
        return Math.Abs(saliency[^1] - mean) / Math.Max(mean, MeanFloor);
    }

    /// <summary>Appends the value extrapolated from the points before the last one, several times.</summary>
    private static void BackAdd(Span<double> window)
    {
        var known = window[(WindowSize - LookaheadWindowSize - 2)..(WindowSize - 1)];
        var slopes = 0.0;
        for (var i = 0; i < known.Length - 1; i++)
            slopes += (known[^1] - known[i]) / (known.Length - 1 - i);
        window[WindowSize..].Fill(known[1] + slopes);
    }

    /// <summary>X[k] = Σ x[n]·exp(−2πikn/69): 69 isn't worth a fast transform.</summary>
    private static void Transform(ReadOnlySpan<double> samples, Span<double> re, Span<double> im)
    {
        for (var k = 0; k <= Length / 2; k++)
        {
            var (sumRe, sumIm) = (0.0, 0.0);
            for (int n = 0, turn = 0; n < Length; n++)
            {
                sumRe += samples[n] * Cos[turn];
                sumIm -= samples[n] * Sin[turn];
                turn += k;
                if (turn >= Length)
                    turn -= Length;
            }
            (re[k], im[k]) = (sumRe, sumIm);
            if (k > 0)
                (re[Length - k], im[Length - k]) = (sumRe, -sumIm);
        }
    }

    /// <summary>Divides each bin by exp(average of the logarithms of its amplitude and of those before it).</summary>
    private static void LeaveResidual(Span<double> re, Span<double> im)
    {
        Span<double> log = stackalloc double[Length];
        var strongest = 0.0;
        for (var k = 0; k < Length; k++)
        {
            log[k] = Math.Sqrt((re[k] * re[k]) + (im[k] * im[k]));
            strongest = Math.Max(strongest, log[k]);
        }
        for (var k = 0; k < Length; k++)
            log[k] = log[k] > strongest * AmplitudeFloor ? Math.Log(log[k]) : double.NaN;
        for (var k = 0; k < Length; k++)
        {
            var (sum, count) = (0.0, 0);
            for (var j = Math.Max(0, k - AveragingWindowSize + 1); j <= k; j++, count++)
                sum += double.IsNaN(log[j]) ? 0 : log[j];
            var factor = double.IsNaN(log[k]) ? 0 : Math.Exp(-sum / count);
            re[k] *= factor;
            im[k] *= factor;
        }
    }

    /// <summary>|Σ X[k]·exp(2πikn/69)| / 69 at one point: the average makes the spectrum asymmetric, the result complex.</summary>
    private static double Magnitude(ReadOnlySpan<double> re, ReadOnlySpan<double> im, int n)
    {
        var (sumRe, sumIm) = (0.0, 0.0);
        for (int k = 0, turn = 0; k < Length; k++)
        {
            sumRe += (re[k] * Cos[turn]) - (im[k] * Sin[turn]);
            sumIm += (re[k] * Sin[turn]) + (im[k] * Cos[turn]);
            turn += n;
            if (turn >= Length)
                turn -= Length;
        }
        return Math.Sqrt((sumRe * sumRe) + (sumIm * sumIm)) / Length;
    }

    private static double[] Table(Func<double, double> function) =>
        [.. Enumerable.Range(0, Length).Select(i => function(2 * Math.PI * i / Length))];
}
