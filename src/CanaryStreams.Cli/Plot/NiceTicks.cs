namespace CanaryStreams.Cli.Plot;

/// <summary>Ticks of a value axis: multiples of 1, 2 or 5 times a power of ten.</summary>
/// <param name="Step">Distance of two ticks.</param>
/// <param name="Values">The ticks within the interval, rising.</param>
internal sealed record NiceTicks(double Step, IReadOnlyList<double> Values)
{
    private static readonly double[] Nice = [1, 2, 5, 10];

    /// <param name="low">Low end of the axis, below <paramref name="high"/>.</param>
    /// <param name="countMax">At most this many intervals, from 1.</param>
    public static NiceTicks Between(double low, double high, int countMax)
    {
        var rough = (high - low) / countMax;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        // The tolerance keeps 0.3 / 3 from being a hair above 0.1.
        var step = power * Nice.First(nice => nice * power >= rough * (1 - 1e-9));
        var (first, last) = (Math.Ceiling((low / step) - 1e-9), Math.Floor((high / step) + 1e-9));
        var values = new List<double>();
        // Counting from the first keeps this finite where neighbouring doubles are further apart than a step.
        for (var i = 0; i <= last - first && i <= countMax; i++)
            values.Add((first + i) * step);
        return new NiceTicks(step, values);
    }
}
