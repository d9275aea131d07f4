using System.Numerics;

namespace CanaryStreams.Core.Anomaly;

/// <summary>The transform of length eight over eight rows of complex numbers, for every column at once.</summary>
internal static class EightRows
{
    private const double HalfRoot = 0.70710678118654752440;

    /// <summary>z[j] = Σ x[q]·exp(2πi·jq/8), not scaled; for the forward transform swap real and imaginary parts.</summary>
    /// <param name="inStride">Distance of the rows, at least the number of columns that count.</param>
    /// <param name="outStride">
    /// Distance of the rows written. It may be smaller than <paramref name="columns"/>: what is written behind a row is
    /// overwritten by the next, and what is behind the last needs room.
    /// </param>
    /// <param name="columns">A multiple of <see cref="SpectrumPlan.LanesMax"/>.</param>
    public static void Inverse(
        ReadOnlySpan<double> inRe,
        ReadOnlySpan<double> inIm,
        int inStride,
        Span<double> outRe,
        Span<double> outIm,
        int outStride,
        int columns
    )
    {
        // From the last column to the first, so that a row's padding is written before the columns it covers.
        for (var at = columns - Vector<double>.Count; at >= 0; at -= Vector<double>.Count)
        {
            var even = Four.Of(inRe, inIm, at, 2 * inStride);
            var odd = Four.Of(inRe, inIm, at + inStride, 2 * inStride);
            var (re1, im1) = ((odd.Re1 - odd.Im1) * HalfRoot, (odd.Re1 + odd.Im1) * HalfRoot);
            var (re3, im3) = ((odd.Re3 + odd.Im3) * -HalfRoot, (odd.Re3 - odd.Im3) * HalfRoot);
            (even.Re0 + odd.Re0).CopyTo(outRe[at..]);
            (even.Im0 + odd.Im0).CopyTo(outIm[at..]);
            (even.Re1 + re1).CopyTo(outRe[(at + outStride)..]);
            (even.Im1 + im1).CopyTo(outIm[(at + outStride)..]);
            (even.Re2 - odd.Im2).CopyTo(outRe[(at + (2 * outStride))..]);
            (even.Im2 + odd.Re2).CopyTo(outIm[(at + (2 * outStride))..]);
            (even.Re3 + re3).CopyTo(outRe[(at + (3 * outStride))..]);
            (even.Im3 + im3).CopyTo(outIm[(at + (3 * outStride))..]);
            (even.Re0 - odd.Re0).CopyTo(outRe[(at + (4 * outStride))..]);
            (even.Im0 - odd.Im0).CopyTo(outIm[(at + (4 * outStride))..]);
            (even.Re1 - re1).CopyTo(outRe[(at + (5 * outStride))..]);
            (even.Im1 - im1).CopyTo(outIm[(at + (5 * outStride))..]);
            (even.Re2 + odd.Im2).CopyTo(outRe[(at + (6 * outStride))..]);
            (even.Im2 - odd.Re2).CopyTo(outIm[(at + (6 * outStride))..]);
            (even.Re3 - re3).CopyTo(outRe[(at + (7 * outStride))..]);
            (even.Im3 - im3).CopyTo(outIm[(at + (7 * outStride))..]);
        }
    }

    /// <summary>The transform of length four over every second row.</summary>
    private readonly ref struct Four
    {
        public required Vector<double> Re0 { get; init; }
        public required Vector<double> Im0 { get; init; }
        public required Vector<double> Re1 { get; init; }
        public required Vector<double> Im1 { get; init; }
        public required Vector<double> Re2 { get; init; }
        public required Vector<double> Im2 { get; init; }
        public required Vector<double> Re3 { get; init; }
        public required Vector<double> Im3 { get; init; }

        public static Four Of(ReadOnlySpan<double> re, ReadOnlySpan<double> im, int at, int stride)
        {
            var (re0, im0) = (new Vector<double>(re[at..]), new Vector<double>(im[at..]));
            var (re2, im2) = (
                new Vector<double>(re[(at + (2 * stride))..]),
                new Vector<double>(im[(at + (2 * stride))..])
            );
            var (sumRe, sumIm) = (re0 + re2, im0 + im2);
            var (differenceRe, differenceIm) = (re0 - re2, im0 - im2);
            var (re1, im1) = (new Vector<double>(re[(at + stride)..]), new Vector<double>(im[(at + stride)..]));
            var (re3, im3) = (
                new Vector<double>(re[(at + (3 * stride))..]),
                new Vector<double>(im[(at + (3 * stride))..])
            );
            var (oddSumRe, oddSumIm) = (re1 + re3, im1 + im3);
            var (oddDifferenceRe, oddDifferenceIm) = (re1 - re3, im1 - im3);
            return new Four
            {
                Re0 = sumRe + oddSumRe,
                Im0 = sumIm + oddSumIm,
                Re1 = differenceRe - oddDifferenceIm,
                Im1 = differenceIm + oddDifferenceRe,
                Re2 = sumRe - oddSumRe,
                Im2 = sumIm - oddSumIm,
                Re3 = differenceRe + oddDifferenceIm,
                Im3 = differenceIm - oddDifferenceRe,
            };
        }
    }
}
