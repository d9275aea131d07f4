namespace CanaryStreams.Engine.Diagnostics;

/// <summary>What is known of one part.</summary>
/// <param name="Reason">Of <see cref="HealthState.Waiting"/> and <see cref="HealthState.Failed"/>; null otherwise.</param>
/// <param name="Since">When it came into this state; another reason for the same state leaves it.</param>
/// <param name="Silence">How long ago it was last heard; null for a part that doesn't beat.</param>
public sealed record PartHealth(string Name, HealthState State, string? Reason, DateTimeOffset Since, TimeSpan? Silence)
{
    /// <summary>False where its loop doesn't go round any more.</summary>
    public bool IsLive => Silence is not { } silence || silence <= EngineHealth.SilenceMax;

    /// <summary>A part that is stuck does no work, whatever it said last.</summary>
    public bool IsReady => State == HealthState.Ready && IsLive;
}
