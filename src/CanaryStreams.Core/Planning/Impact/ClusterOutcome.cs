using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>
/// What became of an update in one cluster that it was exposed to. A cluster that the update never reached gives no row:
/// its outcome is unknown, which is not the same as good.
/// </summary>
public sealed record ClusterOutcome
{
    public required string Rollout { get; init; }
    public required string App { get; init; }

    /// <summary>When the outcome was known, in Unix milliseconds of event time.</summary>
    public required long TimeMs { get; init; }
    public required ChangeProfile Change { get; init; }

    /// <summary>As it was when the rollout was requested.</summary>
    public required ClusterProfile Cluster { get; init; }
    public required bool Failed { get; init; }

    /// <summary>By metric the last effect in units of its minEffect; positive is worse. May be empty.</summary>
    public IReadOnlyDictionary<string, double> Effects { get; init; } = new Dictionary<string, double>();

    /// <summary>An operator or an incident said so, rather than the evidence.</summary>
    public bool IsLabelled { get; init; }

    /// <summary>How many clusters of the rollout came before it; at least 0.</summary>
    public int Order { get; init; }
}
