using System.Text.Json.Serialization;

namespace CanaryStreams.Core.Rollouts;

/// <summary>An update of one application to be rolled out: <c>rollout.requested</c> of <c>canary.updates</c>.</summary>
public sealed record RolloutRequest
{
    /// <summary>Names the rollout for ever; used once.</summary>
    public required string Rollout { get; init; }
    public required string App { get; init; }
    public required string Version { get; init; }

    /// <summary>The version that is stable now; null where the requester doesn't say.</summary>
    public string? From { get; init; }

    /// <summary>Variants to compare within the canary; empty where there is one version only.</summary>
    public IReadOnlyList<string> Variants { get; init; } = [];
    public ChangeProfile Change { get; init; } = new();

    /// <summary>At least one, each name once; the order breaks ties of the plan.</summary>
    public required IReadOnlyList<ClusterProfile> Clusters { get; init; }

    /// <summary>
    /// Clusters and variants of one rollout: its request and its plan are an event each, and have to go through Kafka.
    /// </summary>
    private const int ClustersMax = 500;
    private const int VariantsMax = 20;

    /// <summary>Why the request can't be planned; null where it can.</summary>
    public string? Problem() =>
        Clusters.Count == 0 ? "'clusters' is empty: a rollout needs at least one cluster"
        : Clusters.Count > ClustersMax ? $"'clusters' has {Clusters.Count} clusters; at most {ClustersMax} are allowed"
        : Variants.Count > VariantsMax ? $"'variants' has {Variants.Count} variants; at most {VariantsMax} are allowed"
        : FirstRepeated(Clusters.Select(c => c.Name)) is { } cluster ? $"'clusters' names '{cluster}' twice"
        : FirstRepeated(Variants) is { } variant ? $"'variants' names '{variant}' twice"
        : null;

    private static string? FirstRepeated(IEnumerable<string> names)
    {
        var seen = new HashSet<string>();
        return names.FirstOrDefault(name => !seen.Add(name));
    }
}

/// <summary>How big a change is; unknown sizes are 0.</summary>
public sealed record ChangeProfile
{
    public int Files { get; init; }

    /// <summary>Lines added and removed.</summary>
    public int Lines { get; init; }

    /// <summary>Dependencies added, removed or moved to another version.</summary>
    public int Dependencies { get; init; }

    /// <summary>Whether a database or message schema changes.</summary>
    public bool Schema { get; init; }
    public bool ConfigOnly { get; init; }

    /// <summary>Nobody said anything of it, which doesn't make it small.</summary>
    public bool IsUnknown => this == new ChangeProfile();
}

/// <summary>What is known of a cluster when a rollout is requested.</summary>
public sealed record ClusterProfile
{
    public required string Name { get; init; }
    public string? Hardware { get; init; }
    public string? Region { get; init; }
    public string? Network { get; init; }

    /// <summary>Load in per cent of capacity, 0..100; null where unknown.</summary>
    public double? LoadPct { get; init; }

    /// <summary>Number of instances of the application; null where unknown.</summary>
    public int? Instances { get; init; }

    /// <summary>Version of the operating system's kernel, as <c>uname -r</c> tells it; null where unknown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Kernel { get; init; }

    /// <summary>Memory of one instance in GiB, above zero; null where unknown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MemoryGb { get; init; }

    /// <summary>
    /// Requests a minute that the application has there, canary and stable together, above zero; null where unknown. What
    /// stable itself tells goes before it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RequestsPerMinute { get; init; }
}
