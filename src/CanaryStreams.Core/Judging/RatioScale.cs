namespace CanaryStreams.Core.Judging;

/// <summary>
/// A scale on which equal ratios lie equally far apart, v ↦ asinh(v / c), c being a small value of the series itself.
/// The noise of loads and ratios grows with their level; measured on this scale a busy hour and a quiet one compare, and
/// a fall to nothing stands out as much as a peak. Below c it is linear, so zero does no harm (the inverse hyperbolic sine
/// of Burbidge, Magee and Robb, JASA 1988).
/// </summary>
internal static class RatioScale
{
    private const double SmallShare = 0.05;

    // Counts that are often zero have no small value: a hundredth of the usual one is as small as matters.
    private const double SmallestOfUsual = 0.01;
    private const double SmallOfMean = 0.1;

    // Sums and differences must stay finite.
    private const double RatioMax = 1e150;

    // A stray value below zero doesn't make a load a balance.
    private const double OtherSignShareMax = 0.01;

    /// <summary>All values on the scale that the first ones set; null where values of both signs or zeros alone were seen.</summary>
    /// <param name="values">What is missing is NaN, and stays so.</param>
    /// <param name="known">How many values the scale may be learnt from.</param>
    public static double[]? Apply(double[] values, int known)
    {
        var unit = Unit(values.AsSpan(0, known));
        return unit > 0
            ? Array.ConvertAll(values, value => Math.Asinh(Math.Clamp(value / unit, -RatioMax, RatioMax)))
            : null;
    }

    /// <returns>Zero where there are no ratios.</returns>
    private static double Unit(ReadOnlySpan<double> values)
    {
        var sizes = new List<double>(values.Length);
        var (sum, positive, negative) = (0.0, 0, 0);
        foreach (var value in values)
        {
            if (double.IsNaN(value))
                continue;
            sizes.Add(Math.Abs(value));
            sum += Math.Abs(value);
            positive += value > 0 ? 1 : 0;
            negative += value < 0 ? 1 : 0;
        }
        if (sizes.Count == 0 || Math.Min(positive, negative) > OtherSignShareMax * sizes.Count)
            return 0;
        sizes.Sort();
        var unit = Math.Max(sizes[(int)(SmallShare * sizes.Count)], SmallestOfUsual * sizes[sizes.Count / 2]);
        return unit > 0 ? unit : SmallOfMean * (sum / sizes.Count);
    }
}
