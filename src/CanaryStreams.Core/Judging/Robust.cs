namespace CanaryStreams.Core.Judging;

/// <summary>Order statistics of short spans.</summary>
internal static class Robust
{
    /// <summary>Median; sorts the span. NaN where it is empty.</summary>
    public static double Median(Span<double> values)
    {
        if (values.IsEmpty)
            return double.NaN;
        values.Sort();
        return 0.5 * (values[(values.Length - 1) / 2] + values[values.Length / 2]);
    }
}
