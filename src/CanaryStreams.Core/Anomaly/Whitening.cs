using System.Numerics;

namespace CanaryStreams.Core.Anomaly;

/// <summary>Takes the moving average off the logarithms of a spectrum in the rows of a <see cref="SpectrumPlan"/>.</summary>
internal static class Whitening
{
    // Relative to the strongest bin: below it a bin is rounding noise, not signal. As in SpectralResidual.
    private const double PowerFloor = 1e-24;

    /// <summary>Divides each bin by the geometric mean of the amplitudes around it (q = 3, the ends repeated).</summary>
    /// <param name="roots">Scratch, of entries rounded up to a multiple of 16.</param>
    /// <returns>The factor still missing from every bin, a power of two; 0 where the spectrum is 0.</returns>
    public static double Apply(SpectrumPlan plan, Span<double> re, Span<double> im, Span<double> roots)
    {
        var entries = plan.Entries;
        var strongest = Powers(re[..entries], im[..entries], roots);
        if (strongest <= 0)
            return 0;
        // By a power of four near the strongest, so that all that is above the floor is a normal float.
        var half = Math.Max(Math.ILogB(strongest) >> 1, -500);
        var scale = Math.ScaleB(1, -2 * half);
        roots[entries..].Fill(strongest);
        SixthRoots.Invert(roots, scale, Math.Max(strongest * scale * PowerFloor, 1e-30));

        Span<double> endsRe = stackalloc double[2 * SpectrumPlan.Rows];
        Span<double> endsIm = stackalloc double[2 * SpectrumPlan.Rows];
        WhitenEnds(plan, re, im, roots, endsRe, endsIm);
        var last = entries - 1;
        var i = 1;
        for (; i + Vector<double>.Count <= last; i += Vector<double>.Count)
        {
            var factor =
                new Vector<double>(roots[(i - 1)..])
                * new Vector<double>(roots[i..])
                * new Vector<double>(roots[(i + 1)..]);
            (new Vector<double>(re[i..]) * factor).CopyTo(re[i..]);
            (new Vector<double>(im[i..]) * factor).CopyTo(im[i..]);
        }
        for (; i < last; i++)
        {
            var factor = roots[i - 1] * roots[i] * roots[i + 1];
            re[i] *= factor;
            im[i] *= factor;
        }
        for (var row = 0; row < SpectrumPlan.Rows; row++)
        {
            var first = row * plan.Columns;
            (re[first], im[first]) = (endsRe[2 * row], endsIm[2 * row]);
            first += plan.Columns - 1;
            (re[first], im[first]) = (endsRe[(2 * row) + 1], endsIm[(2 * row) + 1]);
        }
        return Math.ScaleB(1, -half);
    }

    private static double Powers(ReadOnlySpan<double> re, ReadOnlySpan<double> im, Span<double> powers)
    {
        var fromRe = SpectrumKernels.Vectors(re);
        var fromIm = SpectrumKernels.Vectors(im)[..fromRe.Length];
        var to = SpectrumKernels.WritableVectors(powers)[..fromRe.Length];
        var most = Vector<double>.Zero;
        for (var i = 0; i < fromRe.Length; i++)
        {
            var power = (fromRe[i] * fromRe[i]) + (fromIm[i] * fromIm[i]);
            to[i] = power;
            most = Vector.MaxNative(most, power);
        }
        var strongest = 0.0;
        for (var lane = 0; lane < Vector<double>.Count; lane++)
            strongest = Math.Max(strongest, most[lane]);
        return strongest;
    }

    /// <summary>The bins at the ends of the rows, a neighbour of which stands in another row.</summary>
    private static void WhitenEnds(
        SpectrumPlan plan,
        ReadOnlySpan<double> re,
        ReadOnlySpan<double> im,
        ReadOnlySpan<double> roots,
        Span<double> endsRe,
        Span<double> endsIm
    )
    {
        const int rows = SpectrumPlan.Rows;
        var columns = plan.Columns;
        for (var row = 0; row < rows; row++)
        {
            var first = row * columns;
            // Bins 0 and N/2 repeat themselves; k − 1 of the others is the mirror image of N − k + 1.
            var before = row is 0 or (rows / 2) ? first : ((rows - row) * columns) + 1;
            var factor = roots[before] * roots[first] * roots[first + 1];
            (endsRe[2 * row], endsIm[2 * row]) = (re[first] * factor, im[first] * factor);
            var last = first + columns - 1;
            var after = ((rows - 1 - row) * columns) + columns - 2;
            factor = roots[last - 1] * roots[last] * roots[after];
            (endsRe[(2 * row) + 1], endsIm[(2 * row) + 1]) = (re[last] * factor, im[last] * factor);
        }
    }
}
