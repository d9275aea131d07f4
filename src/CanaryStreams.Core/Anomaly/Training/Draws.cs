using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>The laws that training data are drawn from, beside those of <see cref="SeededRandom"/>.</summary>
internal static class Draws
{
    /// <summary>A whole number in [0, <paramref name="count"/>).</summary>
    public static int Below(this SeededRandom random, int count) => (int)(random.NextDouble() * count);

    /// <summary>A whole number in [<paramref name="from"/>, <paramref name="to"/>].</summary>
    public static int Between(this SeededRandom random, int from, int to) => from + random.Below(to - from + 1);

    /// <summary>−1 or 1.</summary>
    public static double Sign(this SeededRandom random) => random.Chance(0.5) ? -1 : 1;

    /// <summary>A number in [from, to) whose logarithm is uniform: each doubling is as likely as the next.</summary>
    public static double LogUniform(this SeededRandom random, double from, double to) =>
        from * Math.Exp(random.NextDouble() * Math.Log(to / from));

    /// <summary>A waiting time, at least 0.</summary>
    public static double Exponential(this SeededRandom random, double mean) =>
        -Math.Log(1 - random.NextDouble()) * mean;
}
