using System.Numerics;
using System.Runtime.InteropServices;

namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>
/// The one product that training is made of. Every element of the result is a sum in the order of k, whatever the blocks
/// and the width of the machine's vectors are, and nothing is fused.
/// </summary>
internal static class MatrixKernels
{
    /// <summary>C[m × n] += A[m × k] · B[k × n]; B and C stand row after row.</summary>
    /// <param name="a">Element (i, j) at i × <paramref name="aRow"/> + j × <paramref name="aColumn"/>.</param>
    /// <param name="n">A multiple of 8.</param>
    public static void MultiplyAdd(
        ReadOnlySpan<float> a,
        int aRow,
        int aColumn,
        ReadOnlySpan<float> b,
        Span<float> c,
        int m,
        int k,
        int n
    )
    {
        if (n % Vector<float>.Count != 0)
        {
            for (var i = 0; i < m; i++)
                Scalar(a[(i * aRow)..], aColumn, b, c.Slice(i * n, n), k);
            return;
        }
        var stride = n / Vector<float>.Count;
        var rows = MemoryMarshal.Cast<float, Vector<float>>(b)[..(k * stride)];
        var sums = MemoryMarshal.Cast<float, Vector<float>>(c)[..(m * stride)];
        for (var i = 0; i < m; i += 4)
        {
            var left = a[(i * aRow)..];
            var block = sums[(i * stride)..];
            var four = i + 4 <= m;
            var at = 0;
            for (; four && at + 2 <= stride; at += 2)
                FourByTwo(left, aRow, aColumn, rows[at..], block[at..], stride, k);
            for (; at < stride; at++)
            {
                if (four)
                    FourByOne(left, aRow, aColumn, rows[at..], block[at..], stride, k);
                else
                    Ones(left, aRow, aColumn, rows[at..], block[at..], stride, k, m - i);
            }
        }
    }

    private static void FourByTwo(
        ReadOnlySpan<float> a,
        int aRow,
        int aColumn,
        ReadOnlySpan<Vector<float>> b,
        Span<Vector<float>> c,
        int stride,
        int k
    )
    {
        var (s00, s01) = (c[0], c[1]);
        var (s10, s11) = (c[stride], c[stride + 1]);
        var (s20, s21) = (c[2 * stride], c[(2 * stride) + 1]);
        var (s30, s31) = (c[3 * stride], c[(3 * stride) + 1]);
        for (int j = 0, at = 0, row = 0; j < k; j++, at += aColumn, row += stride)
        {
            var (b0, b1) = (b[row], b[row + 1]);
            var x = new Vector<float>(a[at]);
            s00 += x * b0;
            s01 += x * b1;
            x = new Vector<float>(a[at + aRow]);
            s10 += x * b0;
            s11 += x * b1;
            x = new Vector<float>(a[at + (2 * aRow)]);
            s20 += x * b0;
            s21 += x * b1;
            x = new Vector<float>(a[at + (3 * aRow)]);
            s30 += x * b0;
            s31 += x * b1;
        }
        (c[0], c[1]) = (s00, s01);
        (c[stride], c[stride + 1]) = (s10, s11);
        (c[2 * stride], c[(2 * stride) + 1]) = (s20, s21);
        (c[3 * stride], c[(3 * stride) + 1]) = (s30, s31);
    }

    private static void FourByOne(
        ReadOnlySpan<float> a,
        int aRow,
        int aColumn,
        ReadOnlySpan<Vector<float>> b,
        Span<Vector<float>> c,
        int stride,
        int k
    )
    {
        var (s0, s1, s2, s3) = (c[0], c[stride], c[2 * stride], c[3 * stride]);
        for (int j = 0, at = 0, row = 0; j < k; j++, at += aColumn, row += stride)
        {
            var right = b[row];
            s0 += new Vector<float>(a[at]) * right;
            s1 += new Vector<float>(a[at + aRow]) * right;
            s2 += new Vector<float>(a[at + (2 * aRow)]) * right;
            s3 += new Vector<float>(a[at + (3 * aRow)]) * right;
        }
        (c[0], c[stride], c[2 * stride], c[3 * stride]) = (s0, s1, s2, s3);
    }

    private static void Ones(
        ReadOnlySpan<float> a,
        int aRow,
        int aColumn,
        ReadOnlySpan<Vector<float>> b,
        Span<Vector<float>> c,
        int stride,
        int k,
        int m
    )
    {
        for (var i = 0; i < m; i++)
        {
            var sum = c[i * stride];
            for (int j = 0, at = i * aRow, row = 0; j < k; j++, at += aColumn, row += stride)
                sum += new Vector<float>(a[at]) * b[row];
            c[i * stride] = sum;
        }
    }

    private static void Scalar(ReadOnlySpan<float> a, int aColumn, ReadOnlySpan<float> b, Span<float> c, int k)
    {
        for (var o = 0; o < c.Length; o++)
        {
            var sum = c[o];
            for (var j = 0; j < k; j++)
                sum += a[j * aColumn] * b[(j * c.Length) + o];
            c[o] = sum;
        }
    }
}
