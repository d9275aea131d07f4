using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Simulation;

/// <summary>One metric of a simulated application: its level, its noise and what disturbs it.</summary>
public sealed record SimulatedMetric
{
    public required MetricPolicy Policy { get; init; }

    /// <summary>Usual level; a ratio's in (0,1).</summary>
    public required double Level { get; init; }

    /// <summary>Standard deviation of each arm's own AR(1) noise of ln(level).</summary>
    public required double ArmDeviation { get; init; }

    /// <summary>Standard deviation of the AR(1) noise that both arms share.</summary>
    public required double CommonDeviation { get; init; }

    /// <summary>Standard deviation of one observation relative to the level; unused by ratios.</summary>
    public double ObservationDeviation { get; init; }

    /// <summary>Exponent with which the level follows the load.</summary>
    public double LoadElasticity { get; init; }

    public IReadOnlyList<Disturbance> Disturbances { get; init; } = [];

    public double Factor(Track track, double minute)
    {
        var factor = 1.0;
        foreach (var disturbance in Disturbances)
            factor *= disturbance.Factor(track, minute);
        return Math.Max(factor, 0);
    }

    /// <summary>True difference canary − stable at that minute, noise apart, in the unit of the policy's minEffect.</summary>
    public double TrueEffect(double minute)
    {
        var canary = Factor(Track.Canary, minute);
        var stable = Factor(Track.Stable, minute);
        return Policy.MinEffect.Relative ? canary / Math.Max(stable, 1e-9) - 1 : Level * (canary - stable);
    }

    /// <summary>Whether the true difference is worth a rollback at that minute.</summary>
    public bool IsHurt(double minute) =>
        Policy.Worse switch
        {
            Worse.Up => TrueEffect(minute),
            Worse.Down => -TrueEffect(minute),
            _ => Math.Abs(TrueEffect(minute)),
        } >= Policy.MinEffect.Size;
}
