namespace CanaryStreams.Core.Judging;

/// <summary>
/// How strange a number is beside the same number at moments of the past at which nothing was changed, as −log₁₀ of a
/// share of that past.
/// </summary>
internal static class PlaceboTest
{
    /// <summary>No number is stranger.</summary>
    public const double SurpriseMax = 12;

    /// <summary>Surprise of the middle of the past, −log₁₀ ½.</summary>
    private const double MiddleSurprise = 0.30103;

    private const double MiddleShare = 0.5;

    // Part of what lies behind moments of the past is faults: beyond their ninetieth percentile the tail's shape isn't learnt,
    private const double UpperShare = 0.9;
    private const double UpperSurprise = 1;

    // and nine in ten of the past that was as strange may have been faults, but not all of it.
    private const double FaultsAllowance = 1;

    /// <summary>
    /// Linear through median and upper percentile and on, an exponential tail that faults of the past can't bend; at most
    /// what the rank among the past allows, which bounds it where the upper percentile is the median.
    /// </summary>
    /// <param name="value">Larger is stranger; not NaN.</param>
    /// <param name="past">The same number at moments of the past, one at least; is sorted.</param>
    /// <param name="weights">What each moment counts, in (0,1]; one that is just like the value's counts 1. Sorted along.</param>
    /// <returns>In 0..<see cref="SurpriseMax"/>, not falling with the value.</returns>
    public static double Surprise(double value, Span<double> past, Span<double> weights)
    {
        past.Sort(weights);
        var total = 0.0;
        foreach (var weight in weights)
            total += weight;
        var middle = Quantile(past, weights, MiddleShare * total);
        if (value <= middle)
            return middle > 0 ? MiddleSurprise * Math.Max(0, value) / middle : MiddleSurprise;
        var upper = Quantile(past, weights, UpperShare * total);
        var spread = Math.Max(upper - middle, (1e-6 * Math.Abs(middle)) + 1e-12);
        var tail = MiddleSurprise + ((UpperSurprise - MiddleSurprise) * (value - middle) / spread);
        return Math.Min(Math.Min(tail, RankSurprise(value, past, weights, total)), SurpriseMax);
    }

    private static double RankSurprise(
        double value,
        ReadOnlySpan<double> past,
        ReadOnlySpan<double> weights,
        double total
    )
    {
        var asStrange = 1.0;
        for (var i = past.Length - 1; i >= 0 && past[i] >= value; i--)
            asStrange += weights[i];
        return Math.Log10((total + 1) / asStrange) + FaultsAllowance;
    }

    private static double Quantile(ReadOnlySpan<double> sorted, ReadOnlySpan<double> weights, double weight)
    {
        var sum = 0.0;
        for (var i = 0; i < sorted.Length; i++)
        {
            sum += weights[i];
            if (sum >= weight)
                return sorted[i];
        }
        return sorted[^1];
    }
}
