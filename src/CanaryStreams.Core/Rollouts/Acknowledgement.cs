namespace CanaryStreams.Core.Rollouts;

public enum AckStatus
{
    Applied,
    Failed,
}

/// <summary>An agent's answer to a command: a record of <c>canary.acks</c>.</summary>
/// <param name="Id">The command's id.</param>
/// <param name="WeightPct">The weight in force after it; null where the agent doesn't say.</param>
public sealed record Acknowledgement(
    DateTimeOffset Time,
    string Id,
    string Rollout,
    string? App,
    string? Cluster,
    AckStatus Status,
    int? WeightPct,
    string? Error
);
