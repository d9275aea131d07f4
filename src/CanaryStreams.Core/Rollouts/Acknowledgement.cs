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
)
{
    /// <summary>The answer of an agent that has done what it was told.</summary>
    /// <param name="weightPct">In force now.</param>
    public static Acknowledgement Applied(ControlCommand command, DateTimeOffset time, int weightPct) =>
        new(time, command.Id, command.Rollout, command.App, command.Cluster, AckStatus.Applied, weightPct, Error: null);
}
