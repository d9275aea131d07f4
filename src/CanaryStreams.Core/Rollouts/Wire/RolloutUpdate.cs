namespace CanaryStreams.Core.Rollouts.Wire;

/// <summary>A record of <c>canary.updates</c>, decoded.</summary>
/// <param name="Rollout">The rollout that it concerns.</param>
public sealed record RolloutUpdate(string Rollout, RolloutCommand Command);
