using System.Numerics;
using System.Runtime.InteropServices;

namespace CanaryStreams.Core.Anomaly.Network;

/// <summary>
/// Arithmetic of one layer for one point. Outputs are the lanes, products are rounded before they are added and the order
/// of the sum is written down (even inputs, odd inputs, then both: two chains hide the latency of an addition), so the
/// bits depend neither on the width of the machine's vectors nor on whether it can fuse a multiplication and an addition.
/// </summary>
internal static class LayerKernels
{
    // What the convolutions see: a channel beyond this is as far out as it gets, and the rest is of the order of 1.
    private const float ChannelMax = 6;
    private const float ChannelScale = 0.4f;

    /// <summary>y[o] += Σ x[i]·w[i,o].</summary>
    /// <param name="x">Inputs, n of them.</param>
    /// <param name="weights">n × m, a row per input.</param>
    /// <param name="y">m outputs.</param>
    public static void Accumulate(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, Span<float> y)
    {
        if (x.IsEmpty)
            return;
        if (y.Length % Vector<float>.Count != 0)
        {
            Scalar(x, weights, y);
            return;
        }
        var rows = MemoryMarshal.Cast<float, Vector<float>>(weights);
        var sums = MemoryMarshal.Cast<float, Vector<float>>(y);
        var stride = sums.Length;
        var at = 0;
        for (; at + 4 <= stride; at += 4)
            Four(x, rows[at..], stride, sums.Slice(at, 4));
        for (; at + 3 <= stride; at += 3)
            Three(x, rows[at..], stride, sums.Slice(at, 3));
        for (; at + 2 <= stride; at += 2)
            Two(x, rows[at..], stride, sums.Slice(at, 2));
        for (; at < stride; at++)
            One(x, rows[at..], stride, sums.Slice(at, 1));
    }

    /// <summary>The leaky rectifier, in place. Signs are chance: a branch would be mispredicted half the time.</summary>
    public static void Rectify(Span<float> values)
    {
        var i = 0;
        for (; i + Vector<float>.Count <= values.Length; i += Vector<float>.Count)
        {
            var vector = new Vector<float>(values[i..]);
            Vector
                .ConditionalSelect(Vector.LessThan(vector, Vector<float>.Zero), vector * NetworkShape.Slope, vector)
                .CopyTo(values[i..]);
        }
        for (; i < values.Length; i++)
            values[i] = values[i] < 0 ? values[i] * NetworkShape.Slope : values[i];
    }

    /// <summary>Channels as the convolutions see them: clamped to ±6, times 0.4 (and the sign).</summary>
    /// <param name="sign">1, or −1 for the mirror image.</param>
    public static void ScaleChannels(ReadOnlySpan<float> channels, Span<float> scaled, float sign = 1)
    {
        var scale = ChannelScale * sign;
        var i = 0;
        for (; i + Vector<float>.Count <= channels.Length; i += Vector<float>.Count)
        {
            var values = new Vector<float>(channels[i..]);
            var clamped = Vector.Clamp(values, new Vector<float>(-ChannelMax), new Vector<float>(ChannelMax));
            (clamped * scale).CopyTo(scaled[i..]);
        }
        for (; i < channels.Length; i++)
            scaled[i] = Math.Clamp(channels[i], -ChannelMax, ChannelMax) * scale;
    }

    private static void Four(ReadOnlySpan<float> x, ReadOnlySpan<Vector<float>> w, int stride, Span<Vector<float>> sums)
    {
        var (a0, a1, a2, a3) = (sums[0], sums[1], sums[2], sums[3]);
        var (b0, b1, b2, b3) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        var (i, at) = (0, 0);
        for (; i + 1 < x.Length; i += 2)
        {
            var input = new Vector<float>(x[i]);
            var row = w.Slice(at, 4);
            a0 += input * row[0];
            a1 += input * row[1];
            a2 += input * row[2];
            a3 += input * row[3];
            at += stride;
            input = new Vector<float>(x[i + 1]);
            row = w.Slice(at, 4);
            b0 += input * row[0];
            b1 += input * row[1];
            b2 += input * row[2];
            b3 += input * row[3];
            at += stride;
        }
        if (i < x.Length)
        {
            var input = new Vector<float>(x[i]);
            a0 += input * w[at];
            a1 += input * w[at + 1];
            a2 += input * w[at + 2];
            a3 += input * w[at + 3];
        }
        (sums[0], sums[1], sums[2], sums[3]) = (a0 + b0, a1 + b1, a2 + b2, a3 + b3);
    }

    private static void Three(
        ReadOnlySpan<float> x,
        ReadOnlySpan<Vector<float>> w,
        int stride,
        Span<Vector<float>> sums
    )
    {
        var (a0, a1, a2) = (sums[0], sums[1], sums[2]);
        var (b0, b1, b2) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        var (i, at) = (0, 0);
        for (; i + 1 < x.Length; i += 2)
        {
            var input = new Vector<float>(x[i]);
            var row = w.Slice(at, 3);
            a0 += input * row[0];
            a1 += input * row[1];
            a2 += input * row[2];
            at += stride;
            input = new Vector<float>(x[i + 1]);
            row = w.Slice(at, 3);
            b0 += input * row[0];
            b1 += input * row[1];
            b2 += input * row[2];
            at += stride;
        }
        if (i < x.Length)
        {
            var input = new Vector<float>(x[i]);
            a0 += input * w[at];
            a1 += input * w[at + 1];
            a2 += input * w[at + 2];
        }
        (sums[0], sums[1], sums[2]) = (a0 + b0, a1 + b1, a2 + b2);
    }

    private static void Two(ReadOnlySpan<float> x, ReadOnlySpan<Vector<float>> w, int stride, Span<Vector<float>> sums)
    {
        var (a0, a1) = (sums[0], sums[1]);
        var (b0, b1) = (Vector<float>.Zero, Vector<float>.Zero);
        var (i, at) = (0, 0);
        for (; i + 1 < x.Length; i += 2)
        {
            var input = new Vector<float>(x[i]);
            var row = w.Slice(at, 2);
            a0 += input * row[0];
            a1 += input * row[1];
            at += stride;
            input = new Vector<float>(x[i + 1]);
            row = w.Slice(at, 2);
            b0 += input * row[0];
            b1 += input * row[1];
            at += stride;
        }
        if (i < x.Length)
        {
            var input = new Vector<float>(x[i]);
            a0 += input * w[at];
            a1 += input * w[at + 1];
        }
        (sums[0], sums[1]) = (a0 + b0, a1 + b1);
    }

    private static void One(ReadOnlySpan<float> x, ReadOnlySpan<Vector<float>> w, int stride, Span<Vector<float>> sums)
    {
        var (a0, b0) = (sums[0], Vector<float>.Zero);
        var (i, at) = (0, 0);
        for (; i + 1 < x.Length; i += 2)
        {
            var input = new Vector<float>(x[i]);
            a0 += input * w[at];
            at += stride;
            input = new Vector<float>(x[i + 1]);
            b0 += input * w[at];
            at += stride;
        }
        if (i < x.Length)
        {
            var input = new Vector<float>(x[i]);
            a0 += input * w[at];
        }
        sums[0] = a0 + b0;
    }

    private static void Scalar(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, Span<float> y)
    {
        for (var o = 0; o < y.Length; o++)
        {
            var (a, b) = (y[o], 0f);
            for (var i = 0; i < x.Length; i += 2)
            {
                a += x[i] * weights[(i * y.Length) + o];
                if (i + 1 < x.Length)
                    b += x[i + 1] * weights[((i + 1) * y.Length) + o];
            }
            y[o] = a + b;
        }
    }
}
