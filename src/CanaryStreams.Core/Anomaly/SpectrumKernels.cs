using System.Numerics;
using System.Runtime.InteropServices;

namespace CanaryStreams.Core.Anomaly;

/// <summary>
/// What one point of a <see cref="SlidingSpectrum"/> costs: spectra in the rows of a <see cref="SpectrumPlan"/>, forward,
/// moved by a sample, and back for the newest points alone. Everything is element-wise, and sums over columns are
/// eight interleaved partial sums whatever the machine's vectors are, so results don't depend on their width.
/// </summary>
internal static class SpectrumKernels
{
    /// <summary>Transforms a short sequence.</summary>
    /// <param name="plan">Of at most <see cref="SpectrumPlan.ScratchLengthMax"/> samples.</param>
    /// <param name="samples">N samples.</param>
    /// <param name="re">Receives the real parts; entries and <see cref="SpectrumPlan.LanesMax"/> of padding.</param>
    /// <param name="im">Receives the imaginary parts, of the same length.</param>
    /// <param name="scratch">16 padded rows.</param>
    public static void Forward(
        SpectrumPlan plan,
        ReadOnlySpan<double> samples,
        Span<double> re,
        Span<double> im,
        Span<double> scratch
    )
    {
        var rows = SpectrumPlan.Rows;
        var stride = plan.Stride;
        var columns = samples.Length / rows;
        var rowsRe = scratch[..(rows * stride)];
        var rowsIm = scratch.Slice(rows * stride, rows * stride);
        var cos = Vectors(plan.CosineRe);
        var sin = Vectors(plan.CosineIm);
        var vectors = stride / Vector<double>.Count;
        for (var b = 0; b < rows; b++)
        {
            var outRe = WritableVectors(rowsRe.Slice(b * stride, stride));
            var outIm = WritableVectors(rowsIm.Slice(b * stride, stride));
            var enterRe = Vectors(plan.EnterRowsRe.AsSpan(b * stride, stride));
            var enterIm = Vectors(plan.EnterRowsIm.AsSpan(b * stride, stride));
            for (var i = 0; i < outRe.Length; i++)
            {
                // Samples a and N/8 − a share the cosine and have opposite sines.
                var sumRe =
                    new Vector<double>(samples[b])
                    + (cos[(columns / 2 * vectors) + i] * samples[(columns / 2 * rows) + b]);
                var sumIm = Vector<double>.Zero;
                for (var a = 1; a < columns / 2; a++)
                {
                    var (first, second) = (samples[(a * rows) + b], samples[((columns - a) * rows) + b]);
                    sumRe += cos[(a * vectors) + i] * (first + second);
                    sumIm += sin[(a * vectors) + i] * (first - second);
                }
                outRe[i] = (sumRe * enterRe[i]) - (sumIm * enterIm[i]);
                outIm[i] = (sumRe * enterIm[i]) + (sumIm * enterRe[i]);
            }
        }
        // Swapping real and imaginary parts on both sides turns the inverse into the forward transform.
        EightRows.Inverse(rowsIm, rowsRe, stride, im, re, plan.Columns, stride);
    }

    /// <summary>Transforms a long sequence.</summary>
    /// <param name="plan">Longer than <see cref="SpectrumPlan.ScratchLengthMax"/>.</param>
    /// <param name="scratch">2N numbers.</param>
    /// <param name="running">Receives the real parts of all entries, then their imaginary parts.</param>
    public static void LongForward(
        SpectrumPlan plan,
        ReadOnlySpan<double> samples,
        Span<double> scratch,
        Span<double> running
    )
    {
        var fft = RealFft.ForLength(plan.Length);
        var re = scratch[..fft.Bins];
        var im = scratch.Slice(fft.Bins, fft.Bins);
        fft.Forward(samples, re, im);
        for (var i = 0; i < plan.Entries; i++)
        {
            var bin = plan.Bin(i / plan.Columns, i % plan.Columns);
            var isMirrored = bin >= fft.Bins;
            bin = isMirrored ? plan.Length - bin : bin;
            running[i] = re[bin];
            running[plan.Entries + i] = isMirrored ? -im[bin] : im[bin];
        }
    }

    /// <summary>
    /// Moves a running spectrum on by a sample, X[k] ← (X[k] − old + new·exp(2πi·5k/N))·exp(2πik/N), and adds the
    /// extrapolated samples to a copy. The window's last five samples are 0 in the running spectrum.
    /// </summary>
    /// <param name="plan">Longer than <see cref="SpectrumPlan.ScratchLengthMax"/>.</param>
    /// <param name="running">Real parts of all entries, then their imaginary parts.</param>
    public static void Slide(SpectrumPlan plan, Span<double> running, double old, double @new)
    {
        var re = WritableVectors(running[..plan.Entries]);
        var im = WritableVectors(running[plan.Entries..]);
        var turnRe = Vectors(plan.TurnRe)[..re.Length];
        var turnIm = Vectors(plan.TurnIm)[..re.Length];
        var enterRe = Vectors(plan.EnterRe)[..re.Length];
        var enterIm = Vectors(plan.EnterIm)[..re.Length];
        im = im[..re.Length];
        var leaving = new Vector<double>(old);
        var entering = new Vector<double>(@new);
        for (var i = 0; i < re.Length; i++)
        {
            var sumRe = re[i] - leaving + (enterRe[i] * entering);
            var sumIm = im[i] + (enterIm[i] * entering);
            re[i] = (sumRe * turnRe[i]) - (sumIm * turnIm[i]);
            im[i] = (sumRe * turnIm[i]) + (sumIm * turnRe[i]);
        }
    }

    /// <summary>A copy of a running spectrum with the extrapolated value at the last five samples.</summary>
    public static void Extend(
        SpectrumPlan plan,
        ReadOnlySpan<double> running,
        double extrapolated,
        Span<double> re,
        Span<double> im
    )
    {
        var fromRe = Vectors(running[..plan.Entries]);
        var fromIm = Vectors(running[plan.Entries..])[..fromRe.Length];
        var toRe = WritableVectors(re)[..fromRe.Length];
        var toIm = WritableVectors(im)[..fromRe.Length];
        var tailRe = Vectors(plan.TailRe)[..fromRe.Length];
        var tailIm = Vectors(plan.TailIm)[..fromRe.Length];
        var value = new Vector<double>(extrapolated);
        for (var i = 0; i < fromRe.Length; i++)
        {
            toRe[i] = fromRe[i] + (tailRe[i] * value);
            toIm[i] = fromIm[i] + (tailIm[i] * value);
        }
    }

    /// <summary>
    /// The inverse transform at the newest points of the window, N−37 to N−6, oldest first.
    /// </summary>
    /// <param name="re">Entries and padding, all finite.</param>
    /// <param name="scratch">16 padded rows.</param>
    /// <param name="newest"><see cref="SpectrumPlan.NewestPoints"/> samples.</param>
    public static void InverseOfNewest(
        SpectrumPlan plan,
        ReadOnlySpan<double> re,
        ReadOnlySpan<double> im,
        Span<double> scratch,
        Span<double> newest
    )
    {
        const int lanes = SpectrumPlan.LanesMax;
        var stride = plan.Stride;
        var rowsRe = scratch[..(SpectrumPlan.Rows * stride)];
        var rowsIm = scratch.Slice(SpectrumPlan.Rows * stride, SpectrumPlan.Rows * stride);
        EightRows.Inverse(re, im, plan.Columns, rowsRe, rowsIm, stride, stride);
        var nearCos = Vectors(plan.NearCos);
        var nearSin = Vectors(plan.NearSin);
        var farCos = Vectors(plan.FarCos);
        var farSin = Vectors(plan.FarSin);
        var vectorsPerGroup = lanes / Vector<double>.Count;
        Span<double> partial = stackalloc double[4 * lanes];
        for (var b = 0; b < SpectrumPlan.Rows; b++)
        {
            // The first of the newest points is congruent to 3 mod 8.
            var row = (b + 3) % SpectrumPlan.Rows;
            var zRe = Vectors(rowsRe.Slice(row * stride, stride));
            var zIm = Vectors(rowsIm.Slice(row * stride, stride))[..zRe.Length];
            var wRe = Vectors(plan.LeaveRe.AsSpan(b * stride, stride))[..zRe.Length];
            var wIm = Vectors(plan.LeaveIm.AsSpan(b * stride, stride))[..zRe.Length];
            for (var group = 0; group < vectorsPerGroup; group++)
            {
                Vector<double> sumNearCos = default,
                    sumNearSin = default,
                    sumFarCos = default,
                    sumFarSin = default;
                for (var i = group; i < zRe.Length; i += vectorsPerGroup)
                {
                    var turnedRe = (zRe[i] * wRe[i]) - (zIm[i] * wIm[i]);
                    var turnedIm = (zRe[i] * wIm[i]) + (zIm[i] * wRe[i]);
                    sumNearCos += nearCos[i] * turnedRe;
                    sumNearSin += nearSin[i] * turnedIm;
                    sumFarCos += farCos[i] * turnedRe;
                    sumFarSin += farSin[i] * turnedIm;
                }
                var at = group * Vector<double>.Count;
                sumNearCos.CopyTo(partial[at..]);
                sumNearSin.CopyTo(partial[(lanes + at)..]);
                sumFarCos.CopyTo(partial[((2 * lanes) + at)..]);
                sumFarSin.CopyTo(partial[((3 * lanes) + at)..]);
            }
            var (nearEven, nearOdd) = (Sum(partial[..lanes]), Sum(partial.Slice(lanes, lanes)));
            var (farEven, farOdd) = (Sum(partial.Slice(2 * lanes, lanes)), Sum(partial.Slice(3 * lanes, lanes)));
            newest[b] = farEven + farOdd;
            newest[b + 8] = nearEven + nearOdd;
            newest[b + 16] = nearEven - nearOdd;
            newest[b + 24] = farEven - farOdd;
        }
    }

    private static double Sum(ReadOnlySpan<double> partial) =>
        ((partial[0] + partial[4]) + (partial[2] + partial[6]))
        + ((partial[1] + partial[5]) + (partial[3] + partial[7]));

    internal static ReadOnlySpan<Vector<double>> Vectors(ReadOnlySpan<double> values) =>
        MemoryMarshal.Cast<double, Vector<double>>(values);

    internal static Span<Vector<double>> WritableVectors(Span<double> values) =>
        MemoryMarshal.Cast<double, Vector<double>>(values);
}
