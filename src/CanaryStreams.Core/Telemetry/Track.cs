namespace CanaryStreams.Core.Telemetry;

/// <summary>Which arm of a rollout a record speaks of.</summary>
public enum Track
{
    Stable,
    Canary,
}
