using System.Globalization;

namespace CanaryStreams.Core.Simulation;

/// <summary>How restless the arms are.</summary>
/// <param name="Autocorrelation">φ per minute of each arm's own noise, in [0,1).</param>
/// <param name="Scale">Factor on its size.</param>
/// <param name="HeavyTails">Whether it is moved by Student's t with three degrees of freedom instead of the normal law.</param>
public sealed record SimulationNoise(double Autocorrelation = 0.7, double Scale = 1, bool HeavyTails = false)
{
    /// <summary>Reads <c>PHI,SCALE</c>, such as <c>0.85,1.5</c>.</summary>
    /// <exception cref="FormatException">It is no such pair, or one is out of range.</exception>
    public static SimulationNoise Parse(string text) =>
        text.Split(',') is [var phi, var scale]
        && TryParse(phi, out var autocorrelation)
        && TryParse(scale, out var factor)
        && autocorrelation is >= 0 and < 1
        && factor is > 0 and <= 100
            ? new SimulationNoise(autocorrelation, factor)
            : throw new FormatException(
                $"'{text}' is no noise; it is an autocorrelation in [0,1) and a factor in (0,100], such as 0.85,1.5"
            );

    private static bool TryParse(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
