using System.Numerics;

namespace CanaryStreams.Core.Anomaly;

/// <summary>
/// The tables of one transform length N for <see cref="SpectrumKernels"/>: immutable, shared by every series.
/// </summary>
/// <remarks>
/// A real sequence's spectrum is held in eight rows of N/16 + 1 columns: row q, column p is bin k = (N/8)·q + p. With the
/// mirror image X[N−k] = conj X[k] these are all bins of the real sequence (each once, but for the bins at the rows' ends,
/// which stand twice); neighbouring bins are neighbours in a row, and a transform of length N is one of length 8 over the
/// rows, the columns being the lanes of vectors that are never shuffled.
/// </remarks>
internal sealed class SpectrumPlan
{
    public const int Rows = 8;

    /// <summary>How many of the newest points the inverse is computed for.</summary>
    public const int NewestPoints = 32;

    /// <summary>Tables and scratch are padded to a multiple of it: no vector of doubles is wider.</summary>
    public const int LanesMax = 8;

    public const int LengthMin = 16;
    public const int LengthMax = 4096;

    /// <summary>Up to it transforming from scratch costs no more than sliding and needs no state.</summary>
    public const int ScratchLengthMax = 64;

    private static readonly SpectrumPlan?[] Plans = new SpectrumPlan?[BitOperations.Log2(LengthMax) + 1];

    private SpectrumPlan(int length)
    {
        Length = length;
        Columns = (length / 16) + 1;
        Stride = (Columns + LanesMax - 1) / LanesMax * LanesMax;
        if (length <= ScratchLengthMax)
            (CosineRe, CosineIm, EnterRowsRe, EnterRowsIm) = ForwardTables();
        else
            (TurnRe, TurnIm, EnterRe, EnterIm, TailRe, TailIm) = SlideTables();
        (LeaveRe, LeaveIm) = Table(Rows, (row, column) => UnitCircle.At((length - 25L + row) * column, length));
        (NearCos, NearSin) = Weights(4);
        (FarCos, FarSin) = Weights(12);
    }

    /// <summary>N: number of real samples.</summary>
    public int Length { get; }

    /// <summary>N/16 + 1 columns of a row.</summary>
    public int Columns { get; }

    /// <summary>Length of a padded row: <see cref="Columns"/> rounded up to whole vectors.</summary>
    public int Stride { get; }

    /// <summary>Number of complex numbers of a spectrum, a multiple of <see cref="LanesMax"/>.</summary>
    public int Entries => Rows * Columns;

    /// <summary>Short lengths: cos and −sin of 2π·p·a/(N/8), row a in 0..N/16.</summary>
    public double[] CosineRe { get; } = [];
    public double[] CosineIm { get; } = [];

    /// <summary>Short lengths: exp(−2πi·p·b/N), row b in 0..7.</summary>
    public double[] EnterRowsRe { get; } = [];
    public double[] EnterRowsIm { get; } = [];

    /// <summary>Long lengths: exp(2πik/N), which moves a sequence back by one sample.</summary>
    public double[] TurnRe { get; } = [];
    public double[] TurnIm { get; } = [];

    /// <summary>Long lengths: exp(2πi·5k/N), a one where the new sample stands before the move.</summary>
    public double[] EnterRe { get; } = [];
    public double[] EnterIm { get; } = [];

    /// <summary>Long lengths: transform of ones at the last five samples.</summary>
    public double[] TailRe { get; } = [];
    public double[] TailIm { get; } = [];

    /// <summary>exp(2πi·p·(N − 25 + b)/N), row b in 0..7: the middle of the newest points that are congruent mod 8.</summary>
    public double[] LeaveRe { get; }
    public double[] LeaveIm { get; }

    /// <summary>cos and sin of 2π·4p/N, times the column's weight 1/N (2/N where it stands for its mirror image too).</summary>
    public double[] NearCos { get; }
    public double[] NearSin { get; }

    /// <summary>The same of 2π·12p/N.</summary>
    public double[] FarCos { get; }
    public double[] FarSin { get; }

    /// <summary>The plan for a length.</summary>
    /// <param name="length">A power of two in 16..4096.</param>
    public static SpectrumPlan ForLength(int length) =>
        // Two threads may build the same plan at once; either will do.
        Plans[BitOperations.Log2((uint)length)] ??= new SpectrumPlan(length);

    /// <summary>Bin of a row's column, in 0..N−1.</summary>
    public int Bin(int row, int column) => (Length / Rows * row) + column;

    private (double[] CosineRe, double[] CosineIm, double[] EnterRe, double[] EnterIm) ForwardTables()
    {
        var (cosineRe, cosineIm) = Table(Columns, (a, p) => UnitCircle.At(-8L * a * p, Length));
        var (enterRe, enterIm) = Table(Rows, (b, p) => UnitCircle.At(-(long)b * p, Length));
        return (cosineRe, cosineIm, enterRe, enterIm);
    }

    private (double[], double[], double[], double[], double[], double[]) SlideTables()
    {
        var (turn, enter, tail) = (new Complex[Entries], new Complex[Entries], new Complex[Entries]);
        for (var i = 0; i < Entries; i++)
        {
            var bin = Bin(i / Columns, i % Columns);
            turn[i] = Circle(bin);
            enter[i] = Circle(5L * bin);
            for (var m = 1; m <= SpectralResidual.ExtrapolatedPoints; m++)
                tail[i] += Circle((long)m * bin);
        }
        return (Re(turn), Im(turn), Re(enter), Im(enter), Re(tail), Im(tail));

        Complex Circle(long step)
        {
            var (cos, sin) = UnitCircle.At(step, Length);
            return new Complex(cos, sin);
        }

        static double[] Re(Complex[] values) => Array.ConvertAll(values, value => value.Real);
        static double[] Im(Complex[] values) => Array.ConvertAll(values, value => value.Imaginary);
    }

    private (double[] Cos, double[] Sin) Weights(int distance)
    {
        var (cos, sin) = Table(1, (_, column) => UnitCircle.At((long)distance * column, Length));
        for (var column = 0; column < Columns; column++)
        {
            var weight = (column == 0 || column == Columns - 1 ? 1.0 : 2.0) / Length;
            cos[column] *= weight;
            sin[column] *= weight;
        }
        return (cos, sin);
    }

    // The padding is 0, so that what stands in the padding of a scratch row counts for nothing.
    private (double[] Re, double[] Im) Table(int rows, Func<int, int, (double Cos, double Sin)> at)
    {
        var (re, im) = (new double[rows * Stride], new double[rows * Stride]);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < Columns; column++)
                (re[(row * Stride) + column], im[(row * Stride) + column]) = at(row, column);
        }
        return (re, im);
    }
}
