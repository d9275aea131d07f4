namespace CanaryStreams.Engine.Supervision;

/// <summary>How long the journal keeps ended rollouts; both count from a rollout's end, or from the last thing that became known of it.</summary>
public sealed record Retention
{
    /// <summary>Then it is packed: still to be shown and explained, no longer listed unless asked for.</summary>
    public TimeSpan ArchiveAfter { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Then it is gone. A request of before is refused from then on, since nothing tells that it was met.</summary>
    public TimeSpan ForgetAfter { get; init; } = TimeSpan.FromDays(400);
}

/// <summary>What was tidied up, in rollouts.</summary>
/// <param name="MoreIsDue">The portion was full: call again.</param>
public sealed record Tidied(int Archived, int Forgotten, bool MoreIsDue);
