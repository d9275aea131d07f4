using System.Numerics;

namespace CanaryStreams.Core.Anomaly;

/// <summary>
/// Spectral residual of a window (Ren et al., "Time-Series Anomaly Detection Service at Microsoft", KDD 2019, section 3.1):
/// what is left of the log-amplitude spectrum after its moving average is taken off, transformed back, is large where the
/// window holds something that its own spectrum doesn't explain.
/// </summary>
/// <remarks>
/// exp(log A − average) · exp(iP) is X · exp(−average), and exp(−average of q = 3 log amplitudes) is the inverse sixth root
/// of the product of three powers: no logarithm, exponential or phase is computed, and no library function whose last digit
/// differs from machine to machine.
/// </remarks>
public static class SpectralResidual
{
    /// <summary>κ: estimated points appended behind the window, so that its last point isn't at the edge.</summary>
    public const int ExtrapolatedPoints = 5;

    /// <summary>z: how many points of saliency the last one is compared with.</summary>
    public const int LookBack = 21;

    /// <summary>Shortest window that says anything.</summary>
    public const int WindowLengthMin = 16 - ExtrapolatedPoints;

    // Relative to the strongest bin: below it a bin is rounding noise, not signal.
    private const double PowerFloor = 1e-24;

    /// <summary>
    /// (S − S̄)/S̄ of the window's last point, S its saliency and S̄ the mean of that of the <see cref="LookBack"/> points
    /// before it (of those there are, in a shorter window).
    /// </summary>
    /// <param name="window">
    /// Values, oldest first, finite; its length plus <see cref="ExtrapolatedPoints"/> is a power of two ≥ 16.
    /// </param>
    /// <returns>≥ −1; 0 where the window has no variation.</returns>
    public static double Score(ReadOnlySpan<double> window)
    {
        var length = window.Length + ExtrapolatedPoints;
        Span<double> saliency = stackalloc double[length];
        Saliency(window, saliency);
        var last = window.Length - 1;
        var first = Math.Max(0, last - LookBack);
        var sum = 0.0;
        for (var i = first; i < last; i++)
            sum += saliency[i];
        var average = sum / (last - first);
        return average > 1e-12 ? (saliency[last] - average) / average : 0;
    }

    /// <summary>The saliency map of a window and of the points appended to it.</summary>
    /// <param name="window">As in <see cref="Score"/>.</param>
    /// <param name="saliency">Receives window length + <see cref="ExtrapolatedPoints"/> values ≥ 0.</param>
    public static void Saliency(ReadOnlySpan<double> window, Span<double> saliency)
    {
        var fft = RealFft.ForLength(saliency.Length);
        Span<double> re = stackalloc double[fft.Bins];
        Span<double> im = stackalloc double[fft.Bins];
        var scale = Scale(window);
        for (var i = 0; i < window.Length; i++)
            saliency[i] = window[i] * scale;
        saliency[window.Length..].Fill(Extrapolate(saliency[..window.Length]));
        fft.Forward(saliency, re, im);
        Whiten(re, im, saliency[..fft.Bins]);
        fft.Inverse(re, im, saliency);
        for (var i = 0; i < saliency.Length; i++)
            saliency[i] = Math.Abs(saliency[i]);
    }

    /// <summary>
    /// The value expected at the last point, from the points before it (equation 11 of the paper, one point earlier):
    /// x[n−m] + m·ḡ, ḡ the mean of the gradients from x[n−1] to each of the m points before it. Including the last point
    /// would explain the anomaly that is looked for.
    /// </summary>
    /// <param name="window">At least m + 2 = 7 values, oldest first.</param>
    public static double Extrapolate(ReadOnlySpan<double> window)
    {
        const int m = ExtrapolatedPoints;
        var known = window.Length - 1;
        var gradient = 0.0;
        for (var i = 1; i <= m; i++)
            gradient += (window[known - 1] - window[known - 1 - i]) / i;
        return window[known - m] + gradient;
    }

    /// <summary>A power of two that brings the largest magnitude to about one: scaling by it loses no digit.</summary>
    private static double Scale(ReadOnlySpan<double> window)
    {
        var largest = 0.0;
        foreach (var value in window)
            largest = Math.Max(largest, Math.Abs(value));
        return largest > 0 ? Math.ScaleB(1, Math.Clamp(-Math.ILogB(largest), -1000, 1000)) : 0;
    }

    /// <summary>Divides each bin by the geometric mean of the amplitudes around it (q = 3, the ends repeated).</summary>
    private static void Whiten(Span<double> re, Span<double> im, Span<double> power)
    {
        var strongest = 0.0;
        for (var k = 0; k < power.Length; k++)
        {
            power[k] = (re[k] * re[k]) + (im[k] * im[k]);
            strongest = Math.Max(strongest, power[k]);
        }
        var floor = Math.Max(strongest * PowerFloor, 1e-40);
        for (var k = 0; k < power.Length; k++)
            power[k] = Math.Max(power[k], floor);
        var before = power[0];
        for (var k = 0; k < power.Length; k++)
        {
            var here = power[k];
            var after = power[Math.Min(k + 1, power.Length - 1)];
            power[k] = before * here * after;
            before = here;
        }
        InverseSixthRoots(power);
        for (var k = 0; k < power.Length; k++)
        {
            re[k] *= power[k];
            im[k] *= power[k];
        }
    }

    /// <summary>Replaces each x by x^(−1/6), to about 1e-12 of its size.</summary>
    /// <param name="values">Normal, positive numbers.</param>
    internal static void InverseSixthRoots(Span<double> values)
    {
        // Dividing the bits of a double by −6 divides its logarithm, within 6 %; Newton's step for y^(−6) = x squares
        // the error (times 3.5), so five of them reach the limit of double precision.
        const long bias = 0x3FF0000000000000;
        const double sixth = 1.0 / 6;
        Span<double> guess = stackalloc double[Vector<double>.Count];
        var i = 0;
        for (; i + Vector<double>.Count <= values.Length; i += Vector<double>.Count)
        {
            for (var j = 0; j < guess.Length; j++)
                guess[j] = Guess(values[i + j]);
            var x = new Vector<double>(values[i..]);
            var y = new Vector<double>(guess);
            for (var step = 0; step < 5; step++)
            {
                var square = y * y;
                y *= (new Vector<double>(7) - (x * (square * square * square))) * sixth;
            }
            y.CopyTo(values[i..]);
        }
        for (; i < values.Length; i++)
        {
            var y = Guess(values[i]);
            for (var step = 0; step < 5; step++)
            {
                var square = y * y;
                y *= (7 - (values[i] * (square * square * square))) * sixth;
            }
            values[i] = y;
        }

        static double Guess(double x) =>
            BitConverter.Int64BitsToDouble(bias - ((BitConverter.DoubleToInt64Bits(x) - bias) / 6));
    }
}
