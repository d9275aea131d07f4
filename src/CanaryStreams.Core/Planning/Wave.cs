namespace CanaryStreams.Core.Planning;

/// <summary>The clusters that go together, step by step: one nearly always, or several where the plan says so.</summary>
public sealed class Wave
{
    private const int NamedMax = 4;

    private Wave(IReadOnlyList<ClusterPlan> clusters) => Clusters = clusters;

    /// <summary>At least one, in the order of the plan.</summary>
    public IReadOnlyList<ClusterPlan> Clusters { get; }

    /// <summary>The one that stands for the wave in events.</summary>
    public ClusterPlan First => Clusters[0];

    /// <summary>The weights that bake, the same for all of the wave.</summary>
    public IReadOnlyList<int> CanarySteps => First.CanarySteps;

    /// <summary>Null for a cluster on its own: what speaks of it names it already.</summary>
    public IReadOnlyList<string>? NamesOfSeveral =>
        Clusters.Count == 1 ? null : [.. Clusters.Select(cluster => cluster.Name)];

    /// <summary>The wave that begins at a cluster's place in the plan.</summary>
    public static Wave At(RolloutPlan plan, int first)
    {
        var clusters = plan.Clusters;
        var end = first + 1;
        while (end < clusters.Count && clusters[first].Wave is { } wave && clusters[end].Wave == wave)
            end++;
        return new Wave([.. clusters.Skip(first).Take(end - first)]);
    }

    public bool Has(string cluster) => Clusters.Any(one => one.Name == cluster);

    /// <summary>For a sentence: <c>a</c>, <c>a and b</c>, <c>a, b and c</c>; of many the first few and how many more.</summary>
    public override string ToString() => Listed([.. Clusters.Select(cluster => cluster.Name)]);

    /// <inheritdoc cref="ToString"/>
    /// <param name="names">At least one.</param>
    public static string Listed(IReadOnlyList<string> names) =>
        names.Count == 1 ? names[0]
        : names.Count <= NamedMax ? $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}"
        : $"{string.Join(", ", names.Take(NamedMax - 1))} and {names.Count - NamedMax + 1} more";
}
