using System.Numerics;

namespace CanaryStreams.Core.Anomaly;

/// <summary>
/// The tables of one transform length N for <see cref="SpectrumKernels"/>: immutable, shared by every series.
/// </summary>
/// <remarks>
/// A real sequence's spectrum is held in eight rows; column p of row q is bin k = (N/8)·q + p, for p in 0..N/16. With the
/// mirror image X[N−k] = conj X[k] these are all its bins. A transform of length N is then one of length 8 over the rows
/// with the columns as the lanes of vectors, which are never shuffled. The column behind those, and the last before the
/// next row, hold the bins next to the row's ends, so that every bin's neighbours are beside it.
/// </remarks>
internal sealed class SpectrumPlan
{
    public const int Rows = 8;

    /// <summary>How many of the newest points the inverse is computed for.</summary>
    public const int NewestPoints = 32;

    public const int LengthMin = 16;
    public const int LengthMax = 4096;

    /// <summary>Up to it transforming from scratch costs little more than sliding and needs no state.</summary>
    public const int ShortLengthMax = 64;

    private static readonly SpectrumPlan?[] Plans = new SpectrumPlan?[BitOperations.Log2(LengthMax) + 1];

    private readonly int _columns;

    private SpectrumPlan(int length)
    {
        Length = length;
        _columns = (length / 16) + 1;
        // Whole vectors, of four doubles at least, so that layouts differ on no usual machine.
        var lanes = Math.Max(4, Vector<double>.Count);
        Stride = (_columns + 2 + lanes - 1) / lanes * lanes;
        if (length <= ShortLengthMax)
        {
            (CosineRe, CosineIm) = Table((length / 16) + 1, (a, p) => -8L * a * p);
            (TwiddleRe, TwiddleIm) = Table(Rows, (b, p) => -(long)b * p);
        }
        else
        {
            Moves = MoveTable();
        }
        Leaves = LeaveTable();
        Weights = ColumnWeights();
    }

    /// <summary>N: number of real samples.</summary>
    public int Length { get; }

    /// <summary>Length of a row, padded to whole vectors.</summary>
    public int Stride { get; }

    /// <summary>Number of complex numbers of a spectrum.</summary>
    public int Entries => Rows * Stride;

    /// <summary>Short lengths: exp(−2πi·p·a/(N/8)), row a in 0..N/16.</summary>
    public double[] CosineRe { get; } = [];
    public double[] CosineIm { get; } = [];

    /// <summary>Short lengths: exp(−2πi·p·b/N), row b in 0..7.</summary>
    public double[] TwiddleRe { get; } = [];
    public double[] TwiddleIm { get; } = [];

    /// <summary>
    /// Long lengths: exp(2πik/N), which moves a sequence back by one sample; exp(2πi·5k/N), a one at the place that the
    /// newest sample is moved from; the transform of ones at the last five samples. Real and imaginary parts, four bins of
    /// each in turn.
    /// </summary>
    public double[] Moves { get; } = [];

    /// <summary>
    /// exp(2πi·p·(N − 25 + b)/N), row b in 0..7: to the middle of those of the newest points that are b mod 8. Real and
    /// imaginary parts, four columns of each in turn.
    /// </summary>
    public double[] Leaves { get; }

    /// <summary>
    /// cos and sin of 2π·4p/N and of 2π·12p/N times the column's weight, which is 2/N where it stands for its mirror image
    /// too: four columns of each in turn.
    /// </summary>
    public double[] Weights { get; }

    /// <summary>The plan for a length.</summary>
    /// <param name="length">A power of two in 16..4096.</param>
    public static SpectrumPlan ForLength(int length) =>
        // Two threads may build the same plan at once; either will do.
        Plans[BitOperations.Log2((uint)length)] ??= new SpectrumPlan(length);

    /// <summary>The bin, in 0..N, that an entry holds; −1 for padding.</summary>
    public int BinOf(int entry)
    {
        var p = ColumnOf(entry % Stride);
        return p < 0 ? -1 : Bin(entry / Stride, p);
    }

    private int Bin(int row, int p) => (Length / Rows * row) + p;

    private int ColumnOf(int index) =>
        index <= _columns ? index
        : index == Stride - 1 ? (Length / Rows) - 1
        : -1;

    private double[] MoveTable()
    {
        var moves = new double[6 * Entries];
        for (var i = 0; i < Entries; i++)
        {
            var bin = BinOf(i);
            if (bin < 0)
                continue;
            var at = (i / 4 * 24) + (i % 4);
            (moves[at], moves[at + 4]) = UnitCircle.At(bin, Length);
            (moves[at + 8], moves[at + 12]) = UnitCircle.At(5L * bin, Length);
            for (var m = 1; m <= SpectralResidual.ExtrapolatedPoints; m++)
            {
                var (cos, sin) = UnitCircle.At((long)m * bin, Length);
                moves[at + 16] += cos;
                moves[at + 20] += sin;
            }
        }
        return moves;
    }

    private double[] LeaveTable()
    {
        var leaves = new double[2 * Entries];
        for (var i = 0; i < Entries; i++)
        {
            var (b, p) = Math.DivRem(i, Stride);
            var at = (i / 4 * 8) + (i % 4);
            if (p < _columns)
                (leaves[at], leaves[at + 4]) = UnitCircle.At((Length - 25L + b) * p, Length);
        }
        return leaves;
    }

    private double[] ColumnWeights()
    {
        var weights = new double[4 * Stride];
        for (var p = 0; p < _columns; p++)
        {
            var weight = (p == 0 || p == _columns - 1 ? 1.0 : 2.0) / Length;
            var at = (p / 4 * 16) + (p % 4);
            var (cos, sin) = UnitCircle.At(4L * p, Length);
            (weights[at], weights[at + 4]) = (weight * cos, weight * sin);
            (cos, sin) = UnitCircle.At(12L * p, Length);
            (weights[at + 8], weights[at + 12]) = (weight * cos, weight * sin);
        }
        return weights;
    }

    /// <summary>exp(2πi·step/N) by row and p; 0 in the padding.</summary>
    private (double[] Re, double[] Im) Table(int rows, Func<int, int, long> step)
    {
        var (re, im) = (new double[rows * Stride], new double[rows * Stride]);
        for (var i = 0; i < re.Length; i++)
        {
            var p = ColumnOf(i % Stride);
            if (p >= 0)
                (re[i], im[i]) = UnitCircle.At(step(i / Stride, p), Length);
        }
        return (re, im);
    }
}
