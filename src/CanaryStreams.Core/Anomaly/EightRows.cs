using System.Numerics;

namespace CanaryStreams.Core.Anomaly;

/// <summary>The transform of length eight over eight rows of complex numbers, for every column at once.</summary>
internal static class EightRows
{
    private const double HalfRoot = 0.70710678118654752440;

    /// <summary>z[j] = Σ x[q]·exp(2πi·jq/8), not scaled; for the forward transform swap real and imaginary parts.</summary>
    /// <param name="re">Real parts: eight rows of vectors.</param>
    /// <param name="im">Imaginary parts, as many.</param>
    /// <param name="outRe">As many; must not overlap the input.</param>
    public static void Inverse(
        ReadOnlySpan<Vector<double>> re,
        ReadOnlySpan<Vector<double>> im,
        Span<Vector<double>> outRe,
        Span<Vector<double>> outIm
    )
    {
        var stride = re.Length / 8;
        var (row2, row3, row4) = (2 * stride, 3 * stride, 4 * stride);
        var (row5, row6, row7) = (5 * stride, 6 * stride, 7 * stride);
        var half = new Vector<double>(HalfRoot);
        for (var i = 0; i < stride; i++)
        {
            // A transform of length four over the odd rows, kept in locals: a struct of vectors would live in memory.
            var (sumRe, sumIm) = (re[i + stride] + re[i + row5], im[i + stride] + im[i + row5]);
            var (differenceRe, differenceIm) = (re[i + stride] - re[i + row5], im[i + stride] - im[i + row5]);
            var (otherSumRe, otherSumIm) = (re[i + row3] + re[i + row7], im[i + row3] + im[i + row7]);
            var (otherRe, otherIm) = (re[i + row3] - re[i + row7], im[i + row3] - im[i + row7]);
            var (odd0Re, odd0Im) = (sumRe + otherSumRe, sumIm + otherSumIm);
            var (odd2Re, odd2Im) = (sumRe - otherSumRe, sumIm - otherSumIm);
            var (odd1Re, odd1Im) = (differenceRe - otherIm, differenceIm + otherRe);
            var (odd3Re, odd3Im) = (differenceRe + otherIm, differenceIm - otherRe);
            // Turned by one and three eighths.
            (odd1Re, odd1Im) = ((odd1Re - odd1Im) * half, (odd1Re + odd1Im) * half);
            (odd3Re, odd3Im) = ((odd3Re + odd3Im) * half, (odd3Re - odd3Im) * half);

            (sumRe, sumIm) = (re[i] + re[i + row4], im[i] + im[i + row4]);
            (differenceRe, differenceIm) = (re[i] - re[i + row4], im[i] - im[i + row4]);
            (otherSumRe, otherSumIm) = (re[i + row2] + re[i + row6], im[i + row2] + im[i + row6]);
            (otherRe, otherIm) = (re[i + row2] - re[i + row6], im[i + row2] - im[i + row6]);
            var (evenRe, evenIm) = (sumRe + otherSumRe, sumIm + otherSumIm);
            outRe[i] = evenRe + odd0Re;
            outIm[i] = evenIm + odd0Im;
            outRe[i + row4] = evenRe - odd0Re;
            outIm[i + row4] = evenIm - odd0Im;
            (evenRe, evenIm) = (sumRe - otherSumRe, sumIm - otherSumIm);
            outRe[i + row2] = evenRe - odd2Im;
            outIm[i + row2] = evenIm + odd2Re;
            outRe[i + row6] = evenRe + odd2Im;
            outIm[i + row6] = evenIm - odd2Re;
            (evenRe, evenIm) = (differenceRe - otherIm, differenceIm + otherRe);
            outRe[i + stride] = evenRe + odd1Re;
            outIm[i + stride] = evenIm + odd1Im;
            outRe[i + row5] = evenRe - odd1Re;
            outIm[i + row5] = evenIm - odd1Im;
            (evenRe, evenIm) = (differenceRe + otherIm, differenceIm - otherRe);
            outRe[i + row3] = evenRe - odd3Re;
            outIm[i + row3] = evenIm + odd3Im;
            outRe[i + row7] = evenRe + odd3Re;
            outIm[i + row7] = evenIm - odd3Im;
        }
    }
}
