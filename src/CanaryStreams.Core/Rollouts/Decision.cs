namespace CanaryStreams.Core.Rollouts;

/// <summary>What a command leads to: events, or none and (where somebody should know) why not.</summary>
/// <param name="Refusal">A sentence; null where there is nothing to say.</param>
public sealed record Decision(IReadOnlyList<RolloutEvent> Events, string? Refusal)
{
    public static Decision Nothing { get; } = new([], null);

    public static Decision Refuse(string reason) => new([], reason);
}
