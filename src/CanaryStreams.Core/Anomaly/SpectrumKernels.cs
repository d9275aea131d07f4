using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CanaryStreams.Core.Anomaly;

/// <summary>
/// What one point of a <see cref="SlidingSpectrum"/> costs: spectra in the rows of a <see cref="SpectrumPlan"/>, forward,
/// moved by a sample, and whitened back for the newest points alone. Everything is element-wise, and sums over columns are
/// four interleaved partial sums whatever the machine's vectors are, so results don't depend on their width.
/// </summary>
internal static class SpectrumKernels
{
    // Relative to the strongest bin: below it a bin is rounding noise, not signal. As in SpectralResidual.
    private const double PowerFloor = 1e-24;

    /// <summary>Transforms a short sequence.</summary>
    /// <param name="plan">Of at most <see cref="SpectrumPlan.ShortLengthMax"/> samples.</param>
    /// <param name="scratch">Holds the samples and receives the spectrum and its powers.</param>
    /// <param name="offset">Added to every sample.</param>
    /// <returns>The power of the strongest bin.</returns>
    public static double Forward(SpectrumPlan plan, in SpectrumScratch scratch, double offset)
    {
        const int rows = SpectrumPlan.Rows;
        var samples = scratch.Samples;
        var vectors = plan.Stride / Vector<double>.Count;
        var rowsRe = Vectors(scratch.RowsRe);
        var rowsIm = Vectors(scratch.RowsIm);
        var cos = ReadVectors(plan.CosineRe);
        var sin = ReadVectors(plan.CosineIm);
        var twiddleRe = ReadVectors(plan.TwiddleRe);
        var twiddleIm = ReadVectors(plan.TwiddleIm);
        var columns = samples.Length / rows;
        for (var i = 0; i < vectors; i++)
        {
            for (var b = 0; b < rows; b++)
            {
                var sumRe =
                    new Vector<double>(samples[b])
                    + (cos[(columns / 2 * vectors) + i] * new Vector<double>(samples[(columns / 2 * rows) + b]));
                var sumIm = Vector<double>.Zero;
                // Samples a and N/8 − a share the cosine and have opposite sines.
                for (
                    int a = 1, low = b + rows, high = samples.Length - rows + b;
                    low < high;
                    a++, low += rows, high -= rows
                )
                {
                    sumRe += cos[(a * vectors) + i] * new Vector<double>(samples[low] + samples[high]);
                    sumIm += sin[(a * vectors) + i] * new Vector<double>(samples[low] - samples[high]);
                }
                var at = (b * vectors) + i;
                rowsRe[at] = (sumRe * twiddleRe[at]) - (sumIm * twiddleIm[at]);
                rowsIm[at] = (sumRe * twiddleIm[at]) + (sumIm * twiddleRe[at]);
            }
        }
        // Swapping real and imaginary parts on both sides turns the inverse into the forward transform.
        EightRows.Inverse(rowsIm, rowsRe, Vectors(scratch.Im), Vectors(scratch.Re));
        scratch.Re[0] += offset * samples.Length;
        // In the shortest spectrum bin 0 stands beside the last one too.
        if (plan.Length == SpectrumPlan.LengthMin)
            scratch.Re[((rows - 1) * plan.Stride) + 2] += offset * samples.Length;
        return Powers(scratch);
    }

    /// <summary>Transforms a long sequence.</summary>
    /// <param name="plan">Longer than <see cref="SpectrumPlan.ShortLengthMax"/>.</param>
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
            var bin = plan.BinOf(i);
            if (bin < 0)
                continue;
            var isMirrored = bin >= fft.Bins;
            bin = isMirrored ? plan.Length - bin : bin;
            running[i] = re[bin];
            running[plan.Entries + i] = isMirrored ? -im[bin] : im[bin];
        }
    }

    /// <summary>
    /// Moves a running spectrum, in which the last five samples are 0, on by a sample: X[k] ← (X[k] − leaving +
    /// entering·exp(2πi·5k/N))·exp(2πik/N). What is added to it for the last five samples goes into the copy alone.
    /// </summary>
    /// <param name="plan">Longer than <see cref="SpectrumPlan.ShortLengthMax"/>.</param>
    /// <param name="running">Real parts of all entries, then their imaginary parts.</param>
    /// <param name="extrapolated">Value of the last five samples.</param>
    /// <param name="offset">Added to every sample of the copy.</param>
    /// <param name="scratch">Receives the copy and its powers.</param>
    /// <returns>The power of the strongest bin.</returns>
    public static double Slide(
        SpectrumPlan plan,
        Span<double> running,
        double leaving,
        double entering,
        double extrapolated,
        double offset,
        in SpectrumScratch scratch
    )
    {
        var moves = MemoryMarshal.Cast<double, Move>(plan.Moves);
        var re = WritableFours(running[..plan.Entries]);
        var im = WritableFours(running[plan.Entries..]);
        var copyRe = WritableFours(scratch.Re);
        var copyIm = WritableFours(scratch.Im);
        var powers = WritableFours(scratch.Roots);
        var leavings = Vector256.Create(leaving);
        var enterings = Vector256.Create(entering);
        var extrapolateds = Vector256.Create(extrapolated);
        var offsets = Vector256.CreateScalar(offset * plan.Length);
        var most = Vector256<double>.Zero;
        for (var i = 0; i < moves.Length; i++)
        {
            ref readonly var move = ref moves[i];
            var sumRe = re[i] - leavings + (move.EnterRe * enterings);
            var sumIm = im[i] + (move.EnterIm * enterings);
            var movedRe = (sumRe * move.TurnRe) - (sumIm * move.TurnIm);
            var movedIm = (sumRe * move.TurnIm) + (sumIm * move.TurnRe);
            re[i] = movedRe;
            im[i] = movedIm;
            movedRe += (move.TailRe * extrapolateds) + offsets;
            movedIm += move.TailIm * extrapolateds;
            copyRe[i] = movedRe;
            copyIm[i] = movedIm;
            var power = (movedRe * movedRe) + (movedIm * movedIm);
            powers[i] = power;
            most = Vector256.MaxNative(most, power);
            // An offset is in bin 0 alone.
            offsets = Vector256<double>.Zero;
        }
        return Math.Max(Math.Max(most[0], most[1]), Math.Max(most[2], most[3]));
    }

    /// <summary>
    /// Divides each bin by the geometric mean of the amplitudes around it (q = 3, the ends repeated) and transforms back,
    /// for the newest points of the window alone: N−37 to N−6, oldest first.
    /// </summary>
    /// <param name="scratch">Holds the spectrum and its powers.</param>
    /// <param name="strongest">Power of the strongest bin.</param>
    /// <param name="newest">Receives <see cref="SpectrumPlan.NewestPoints"/> samples; 0 where the spectrum is 0.</param>
    public static void Residual(SpectrumPlan plan, in SpectrumScratch scratch, double strongest, Span<double> newest)
    {
        if (strongest <= 0)
        {
            newest.Clear();
            return;
        }
        // By a power of four near the strongest, so that all that is above the floor is a normal float.
        var half = Math.Max(Math.ILogB(strongest) >> 1, -500);
        var scale = Math.ScaleB(1, -2 * half);
        var roots = scratch.Roots;
        SixthRoots.Invert(roots, scale, Math.Max(strongest * scale * PowerFloor, 1e-30));
        // Bins 0 and N/2 repeat themselves.
        scratch.RootsBefore[0] = roots[0];
        var middle = SpectrumPlan.Rows / 2 * plan.Stride;
        roots[middle - 1] = roots[middle];
        Whiten(scratch);
        EightRows.Inverse(
            ReadVectors(scratch.Re),
            ReadVectors(scratch.Im),
            Vectors(scratch.RowsRe),
            Vectors(scratch.RowsIm)
        );
        Newest(plan, scratch, newest);
        var unscale = Math.ScaleB(1, -half);
        foreach (ref var sample in newest)
            sample *= unscale;
    }

    private static void Whiten(in SpectrumScratch scratch)
    {
        var re = Vectors(scratch.Re);
        var im = Vectors(scratch.Im);
        var roots = ReadVectors(scratch.Roots);
        var before = ReadVectors(scratch.RootsBefore);
        var after = ReadVectors(scratch.RootsAfter);
        for (var i = 0; i < re.Length; i++)
        {
            var factor = before[i] * roots[i] * after[i];
            re[i] *= factor;
            im[i] *= factor;
        }
    }

    private static double Powers(in SpectrumScratch scratch)
    {
        var re = ReadVectors(scratch.Re);
        var im = ReadVectors(scratch.Im);
        var powers = Vectors(scratch.Roots);
        var most = Vector<double>.Zero;
        for (var i = 0; i < re.Length; i++)
        {
            var power = (re[i] * re[i]) + (im[i] * im[i]);
            powers[i] = power;
            most = Vector.MaxNative(most, power);
        }
        var strongest = 0.0;
        for (var lane = 0; lane < Vector<double>.Count; lane++)
            strongest = Math.Max(strongest, most[lane]);
        return strongest;
    }

    private static void Newest(SpectrumPlan plan, in SpectrumScratch scratch, Span<double> newest)
    {
        var weights = MemoryMarshal.Cast<double, ColumnWeights>(plan.Weights);
        var leaves = MemoryMarshal.Cast<double, Leave>(plan.Leaves);
        var rowsRe = Fours(scratch.RowsRe);
        var rowsIm = Fours(scratch.RowsIm);
        for (var b = 0; b < SpectrumPlan.Rows; b++)
        {
            // The first of the newest points is 3 mod 8.
            var row = (b + 3) % SpectrumPlan.Rows * weights.Length;
            var zRe = rowsRe.Slice(row, weights.Length);
            var zIm = rowsIm.Slice(row, weights.Length);
            var leave = leaves.Slice(b * weights.Length, weights.Length);
            Vector256<double> nearCos = default,
                nearSin = default,
                farCos = default,
                farSin = default;
            for (var i = 0; i < weights.Length; i++)
            {
                ref readonly var turn = ref leave[i];
                var turnedRe = (zRe[i] * turn.Re) - (zIm[i] * turn.Im);
                var turnedIm = (zRe[i] * turn.Im) + (zIm[i] * turn.Re);
                ref readonly var weight = ref weights[i];
                nearCos += weight.NearCos * turnedRe;
                nearSin += weight.NearSin * turnedIm;
                farCos += weight.FarCos * turnedRe;
                farSin += weight.FarSin * turnedIm;
            }
            // exp(±iθ) share the cosine and have opposite sines.
            newest[b] = Sum(farCos + farSin);
            newest[b + 8] = Sum(nearCos + nearSin);
            newest[b + 16] = Sum(nearCos - nearSin);
            newest[b + 24] = Sum(farCos - farSin);
        }
    }

    private static double Sum(Vector256<double> partial)
    {
        var halves = partial.GetLower() + partial.GetUpper();
        return halves[0] + halves[1];
    }

    private static ReadOnlySpan<Vector256<double>> Fours(ReadOnlySpan<double> values) =>
        MemoryMarshal.Cast<double, Vector256<double>>(values);

    private static ReadOnlySpan<Vector<double>> ReadVectors(ReadOnlySpan<double> values) =>
        MemoryMarshal.Cast<double, Vector<double>>(values);

    private static Span<Vector<double>> Vectors(Span<double> values) =>
        MemoryMarshal.Cast<double, Vector<double>>(values);

    private static Span<Vector256<double>> WritableFours(Span<double> values) =>
        MemoryMarshal.Cast<double, Vector256<double>>(values);

    /// <summary>Four bins of <see cref="SpectrumPlan.Moves"/>.</summary>
    private readonly struct Move
    {
        public readonly Vector256<double> TurnRe;
        public readonly Vector256<double> TurnIm;
        public readonly Vector256<double> EnterRe;
        public readonly Vector256<double> EnterIm;
        public readonly Vector256<double> TailRe;
        public readonly Vector256<double> TailIm;
    }

    /// <summary>Four columns of <see cref="SpectrumPlan.Leaves"/>.</summary>
    private readonly struct Leave
    {
        public readonly Vector256<double> Re;
        public readonly Vector256<double> Im;
    }

    /// <summary>Four columns of <see cref="SpectrumPlan.Weights"/>.</summary>
    private readonly struct ColumnWeights
    {
        public readonly Vector256<double> NearCos;
        public readonly Vector256<double> NearSin;
        public readonly Vector256<double> FarCos;
        public readonly Vector256<double> FarSin;
    }
}
