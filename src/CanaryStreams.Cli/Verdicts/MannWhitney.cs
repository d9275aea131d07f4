namespace CanaryStreams.Cli.Verdicts;

/// <summary>
/// The U test of two samples (Mann &amp; Whitney 1947) as R's <c>wilcox.test</c> has it for large samples: the normal
/// approximation with average ranks, variance corrected for ties, and continuity correction.
/// </summary>
internal static class MannWhitney
{
    /// <summary>
    /// The standardised U of x − <paramref name="shift"/> against y: positive where x is the larger one, 0 where all
    /// values are the same.
    /// </summary>
    public static double Z(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double shift = 0)
    {
        var total = x.Length + y.Length;
        var values = new double[total];
        var isOfX = new bool[total];
        for (var i = 0; i < total; i++)
            (values[i], isOfX[i]) = i < x.Length ? (x[i] - shift, true) : (y[i - x.Length], false);
        Array.Sort(values, isOfX);
        var (ranks, ties) = (0.0, 0.0);
        for (int from = 0, to; from < total; from = to)
        {
            for (to = from; to < total && values[to] == values[from]; )
                to++;
            double size = to - from;
            ties += size * size * size - size;
            // Ranks count from one; equal values share the mean of theirs.
            ranks += isOfX.AsSpan(from, to - from).Count(true) * (from + to + 1) / 2.0;
        }
        double product = (double)x.Length * y.Length;
        var beyond = ranks - x.Length * (x.Length + 1) / 2.0 - product / 2;
        var variance = product / 12 * (total + 1 - ties / ((double)total * (total - 1)));
        return variance > 0 ? (beyond - 0.5 * Math.Sign(beyond)) / Math.Sqrt(variance) : 0;
    }

    /// <summary>By how much x is larger than y: the median of all pairs' differences (Hodges &amp; Lehmann 1963).</summary>
    public static double Shift(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var differences = new double[x.Length * y.Length];
        for (var i = 0; i < x.Length; i++)
        for (var j = 0; j < y.Length; j++)
            differences[i * y.Length + j] = x[i] - y[j];
        Array.Sort(differences);
        return (differences[(differences.Length - 1) / 2] + differences[differences.Length / 2]) / 2;
    }
}
