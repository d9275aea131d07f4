using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Forecast;

/// <summary>How one simulated rollout ended.</summary>
/// <param name="RolledBackAtMinute">Minutes since the canary's start; null where it wasn't.</param>
/// <param name="Series">The series that decided.</param>
public sealed record Verdict(SimulatedRollout Rollout, double? RolledBackAtMinute, string? Series)
{
    /// <summary>Rolled back with nothing the matter (yet).</summary>
    public bool IsFalse => RolledBackAtMinute is { } at && !(at > Rollout.OnsetMinute);

    /// <summary>Minutes from the fault's onset to the rollback; null where it wasn't caught.</summary>
    public double? Delay => RolledBackAtMinute is { } at && !IsFalse ? at - Rollout.OnsetMinute : null;

    /// <summary>Minutes from the rollback to where users begin to be hurt; negative where it came too late.</summary>
    public double? Lead => Delay is null ? null : Rollout.HurtsAtMinute - RolledBackAtMinute;
}

/// <summary>The verdicts on the rollouts of one family.</summary>
/// <param name="False">Rolled back with nothing the matter (yet).</param>
/// <param name="Caught">Rolled back after the fault's onset.</param>
public sealed record FamilyVerdicts(
    RolloutFamily Family,
    int Rollouts,
    int False,
    int Caught,
    double? MedianDelayMinutes,
    double? MedianLeadMinutes
);
