using System.Numerics;

namespace CanaryStreams.Core.Anomaly;

/// <summary>
/// Discrete Fourier transform of real sequences whose length is a power of two. A plan holds the twiddle factors of one
/// length and nothing else: it is immutable and may be shared. The real sequence is folded into a complex one of half its
/// length (Press et al., Numerical Recipes, 3rd ed., 12.3.2), which a radix-2 decimation in time transforms. Butterflies
/// are element-wise, so the result doesn't depend on the width of the machine's vectors.
/// </summary>
public sealed class RealFft
{
    private const int LengthLog2Max = 16;
    private static readonly RealFft?[] Plans = new RealFft?[LengthLog2Max + 1];

    private readonly int _half;
    private readonly int[] _reversed;

    // Twiddles of the stage with butterflies of span h at [h, 2h): contiguous, so that a stage reads them as vectors.
    private readonly double[] _stageRe;
    private readonly double[] _stageIm;

    // exp(-2πik/n), k in 0..n/2: what folds the half-length transform into that of the real sequence.
    private readonly double[] _foldRe;
    private readonly double[] _foldIm;

    private RealFft(int length)
    {
        Length = length;
        _half = length / 2;
        _reversed = new int[_half];
        var bits = BitOperations.Log2((uint)_half);
        for (var i = 0; i < _half; i++)
        {
            for (var b = 0; b < bits; b++)
                _reversed[i] |= ((i >> b) & 1) << (bits - 1 - b);
        }
        _stageRe = new double[_half * 2];
        _stageIm = new double[_half * 2];
        for (var h = 1; h < _half; h *= 2)
        {
            for (var j = 0; j < h; j++)
                (_stageRe[h + j], _stageIm[h + j]) = UnitCircle.At(-4L * j * (_half / h), 8 * _half);
        }
        _foldRe = new double[_half + 1];
        _foldIm = new double[_half + 1];
        for (var k = 0; k <= _half; k++)
            (_foldRe[k], _foldIm[k]) = UnitCircle.At(-4L * k, 8 * _half);
    }

    /// <summary>Number of real samples.</summary>
    public int Length { get; }

    /// <summary>Number of bins of the spectrum, length / 2 + 1: the rest is their mirror image.</summary>
    public int Bins => _half + 1;

    /// <summary>The plan for a length.</summary>
    /// <param name="length">A power of two in 4..65536.</param>
    public static RealFft ForLength(int length)
    {
        if (!BitOperations.IsPow2(length) || length is < 4 or > (1 << LengthLog2Max))
            throw new ArgumentOutOfRangeException(nameof(length), length, "must be a power of two in 4..65536");
        // Two threads may build the same plan at once; either will do.
        return Plans[BitOperations.Log2((uint)length)] ??= new RealFft(length);
    }

    /// <summary>X[k] = Σ x[n]·exp(-2πikn/N), k in 0..N/2, not scaled.</summary>
    /// <param name="samples"><see cref="Length"/> real samples.</param>
    /// <param name="re">Real parts, <see cref="Bins"/> of them.</param>
    /// <param name="im">Imaginary parts, <see cref="Bins"/> of them.</param>
    public void Forward(ReadOnlySpan<double> samples, Span<double> re, Span<double> im)
    {
        for (var i = 0; i < _half; i++)
        {
            var source = _reversed[i] * 2;
            re[i] = samples[source];
            im[i] = samples[source + 1];
        }
        Butterflies(re, im);
        re[_half] = re[0];
        im[_half] = im[0];
        for (int k = 0, m = _half; k <= m; k++, m--)
        {
            var evenRe = 0.5 * (re[k] + re[m]);
            var evenIm = 0.5 * (im[k] - im[m]);
            var oddRe = 0.5 * (im[k] + im[m]);
            var oddIm = 0.5 * (re[m] - re[k]);
            var turnedRe = (oddRe * _foldRe[k]) - (oddIm * _foldIm[k]);
            var turnedIm = (oddRe * _foldIm[k]) + (oddIm * _foldRe[k]);
            re[k] = evenRe + turnedRe;
            im[k] = evenIm + turnedIm;
            re[m] = evenRe - turnedRe;
            im[m] = turnedIm - evenIm;
        }
    }

    /// <summary>The real sequence of a spectrum: the inverse of <see cref="Forward"/>, scaled by 1/N.</summary>
    /// <param name="re">Real parts, <see cref="Bins"/> of them; overwritten.</param>
    /// <param name="im">Imaginary parts, <see cref="Bins"/> of them (first and last 0); overwritten.</param>
    /// <param name="samples">Receives <see cref="Length"/> samples.</param>
    public void Inverse(Span<double> re, Span<double> im, Span<double> samples)
    {
        // The conjugate of the folded spectrum, so that the forward butterflies invert it; samples serve as scratch.
        var packedRe = samples[.._half];
        var packedIm = samples.Slice(_half, _half);
        for (var k = 0; k < _half; k++)
        {
            var m = _half - k;
            var evenRe = re[k] + re[m];
            var evenIm = im[k] - im[m];
            var differenceRe = re[k] - re[m];
            var differenceIm = im[k] + im[m];
            var oddRe = (differenceRe * _foldRe[k]) + (differenceIm * _foldIm[k]);
            var oddIm = (differenceIm * _foldRe[k]) - (differenceRe * _foldIm[k]);
            packedRe[k] = evenRe - oddIm;
            packedIm[k] = -(evenIm + oddRe);
        }
        for (var i = 0; i < _half; i++)
        {
            re[i] = packedRe[_reversed[i]];
            im[i] = packedIm[_reversed[i]];
        }
        Butterflies(re, im);
        var scale = 1.0 / Length;
        for (var i = 0; i < _half; i++)
        {
            samples[2 * i] = re[i] * scale;
            samples[(2 * i) + 1] = -im[i] * scale;
        }
    }

    private void Butterflies(Span<double> re, Span<double> im)
    {
        for (var h = 1; h < _half; h *= 2)
        {
            var twiddleRe = _stageRe.AsSpan(h, h);
            var twiddleIm = _stageIm.AsSpan(h, h);
            for (var block = 0; block < _half; block += 2 * h)
            {
                var lowRe = re.Slice(block, h);
                var lowIm = im.Slice(block, h);
                var highRe = re.Slice(block + h, h);
                var highIm = im.Slice(block + h, h);
                if (h >= Vector<double>.Count)
                    VectorBlock(lowRe, lowIm, highRe, highIm, twiddleRe, twiddleIm);
                else
                    ScalarBlock(lowRe, lowIm, highRe, highIm, twiddleRe, twiddleIm);
            }
        }
    }

    private static void ScalarBlock(
        Span<double> lowRe,
        Span<double> lowIm,
        Span<double> highRe,
        Span<double> highIm,
        ReadOnlySpan<double> wRe,
        ReadOnlySpan<double> wIm
    )
    {
        for (var j = 0; j < wRe.Length; j++)
        {
            var tRe = (highRe[j] * wRe[j]) - (highIm[j] * wIm[j]);
            var tIm = (highRe[j] * wIm[j]) + (highIm[j] * wRe[j]);
            highRe[j] = lowRe[j] - tRe;
            highIm[j] = lowIm[j] - tIm;
            lowRe[j] += tRe;
            lowIm[j] += tIm;
        }
    }

    private static void VectorBlock(
        Span<double> lowRe,
        Span<double> lowIm,
        Span<double> highRe,
        Span<double> highIm,
        ReadOnlySpan<double> wRe,
        ReadOnlySpan<double> wIm
    )
    {
        for (var j = 0; j < wRe.Length; j += Vector<double>.Count)
        {
            var (aRe, aIm) = (new Vector<double>(lowRe[j..]), new Vector<double>(lowIm[j..]));
            var (bRe, bIm) = (new Vector<double>(highRe[j..]), new Vector<double>(highIm[j..]));
            var (cRe, cIm) = (new Vector<double>(wRe[j..]), new Vector<double>(wIm[j..]));
            var tRe = (bRe * cRe) - (bIm * cIm);
            var tIm = (bRe * cIm) + (bIm * cRe);
            (aRe - tRe).CopyTo(highRe[j..]);
            (aIm - tIm).CopyTo(highIm[j..]);
            (aRe + tRe).CopyTo(lowRe[j..]);
            (aIm + tIm).CopyTo(lowIm[j..]);
        }
    }
}
