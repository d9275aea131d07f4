using System.Numerics;
using System.Runtime.InteropServices;

namespace CanaryStreams.Core.Anomaly;

/// <summary>x^(−1/6) by plain arithmetic: no library function whose last digit differs from machine to machine.</summary>
internal static class SixthRoots
{
    /// <summary>Replaces each x by max(x·scale, floor)^(−1/6), to about 1e-12 of its size.</summary>
    /// <param name="values">Not negative, as many as a multiple of 16.</param>
    /// <param name="scale">Positive, such that the largest value times it is below 1e30.</param>
    /// <param name="floor">At least 1e-30.</param>
    /// <remarks>
    /// Dividing the bits of a float by −6 divides its logarithm, which with the best constant is right within 3 %. Newton's
    /// step for y^(−6) = x squares the error (times 3.5); two leave 4e-5. With what is missing from 1, h = 1 − x·y⁶, the root is
    /// y·(1 − h)^(−1/6), of which the first three terms are taken, in doubles.
    /// </remarks>
    public static void Invert(Span<double> values, double scale, double floor)
    {
        // (127 + 127/6)·2²³ is what makes 1 of 1; the rest halves the largest error.
        const int magic = 0x4A0E2965;
        var vectors = MemoryMarshal.Cast<double, Vector<double>>(values);
        var (scales, floors) = (new Vector<double>(scale), new Vector<double>(floor));
        for (var i = 0; i + 1 < vectors.Length; i += 2)
        {
            var (first, second) = (
                Vector.MaxNative(vectors[i] * scales, floors),
                Vector.MaxNative(vectors[i + 1] * scales, floors)
            );
            var x = Vector.Narrow(first, second);
            var bits = Vector.ConvertToSingle(Vector.AsVectorInt32(x)) * (1f / 6);
            var y = Vector.AsVectorSingle(new Vector<int>(magic) - Vector.ConvertToInt32Native(bits));
            y = Step(x, y);
            y = Step(x, y);
            Vector.Widen(y, out var low, out var high);
            vectors[i] = LastStep(first, low);
            vectors[i + 1] = LastStep(second, high);
        }
    }

    private static Vector<float> Step(Vector<float> x, Vector<float> y)
    {
        var cube = y * y * y;
        return y * (new Vector<float>(7f / 6) - (x * (1f / 6) * (cube * cube)));
    }

    private static Vector<double> LastStep(Vector<double> x, Vector<double> y)
    {
        var cube = y * y * y;
        var rest = Vector<double>.One - (x * (cube * cube));
        return y + (y * rest * (new Vector<double>(1.0 / 6) + (rest * (7.0 / 72))));
    }
}
