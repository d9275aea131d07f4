namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>A series' own scale, by quantiles, which its few extremes don't move.</summary>
/// <param name="Step">Usual change from a point to the next: the 60 % quantile of its amount. Above 0.</param>
/// <param name="Spread">
/// Of all values around the middle, season included: a normal law's standard deviation, from the 10 % and 90 % quantiles.
/// Above 0.
/// </param>
/// <param name="Median">The middle value.</param>
public readonly record struct NoiseScale(double Step, double Spread, double Median)
{
    /// <summary>Standard deviations between the 10 % and 90 % quantiles of a normal law.</summary>
    private const double DeviationsOfRange = 2.56;

    /// <summary>The scale of a series.</summary>
    /// <param name="values">Finite; two or more.</param>
    public static NoiseScale Of(ReadOnlySpan<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, 2, nameof(values));
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var steps = new double[values.Length - 1];
        for (var i = 0; i < steps.Length; i++)
            steps[i] = Math.Abs(values[i + 1] - values[i]);
        Array.Sort(steps);

        var median = sorted[sorted.Length / 2];
        var spread = (Quantile(sorted, 0.9) - Quantile(sorted, 0.1)) / DeviationsOfRange;
        // A series that hardly ever changes still needs a scale: by its value, and by something where that is 0.
        if (spread == 0)
            spread = 0.05 * Math.Abs(median) + 1e-3;
        var step = Quantile(steps, 0.6);
        if (step == 0)
            step = Quantile(steps, 0.95);
        return new NoiseScale(step == 0 ? 0.2 * spread : step, spread, median);
    }

    private static double Quantile(double[] sorted, double share) => sorted[(int)(share * sorted.Length)];
}
