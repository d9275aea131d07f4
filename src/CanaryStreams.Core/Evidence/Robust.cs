namespace CanaryStreams.Core.Evidence;

/// <summary>Order statistics that a few outliers can't move. Allocate; for learning from history only.</summary>
internal static class Robust
{
    /// <summary>1 / Φ⁻¹(¾): makes the median absolute deviation of a normal law its standard deviation.</summary>
    private const double ToNormal = 1.4826;

    public static double Median(IEnumerable<double> values) => MedianOfSorted(values.Order().ToArray());

    /// <returns>0 for none.</returns>
    public static double MedianOfSorted(ReadOnlySpan<double> sorted) =>
        sorted.Length == 0 ? 0 : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    /// <summary>1.4826 × median absolute deviation.</summary>
    public static double Deviation(IReadOnlyCollection<double> values)
    {
        var center = Median(values);
        return ToNormal * Median(values.Select(v => Math.Abs(v - center)));
    }
}
