using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>
/// An update in a cluster as numbers, each with what is believed of its weight before there are outcomes. A usual change in a
/// usual cluster is all zeros but for the constant; what is unknown counts as usual and has a feature that says so.
/// </summary>
public sealed class ImpactFeatures
{
    /// <summary>P(a cluster fails) before there are outcomes, for a usual change in a usual cluster.</summary>
    internal const double PriorRate = 0.08;

    /// <summary>Values of a category that have a weight of their own; rarer ones share the weight zero.</summary>
    private const int CategoriesMax = 24;
    private const string CategorySign = " = ";

    private static readonly string[] s_changes = ["lines", "files", "dependencies", "schema", "configuration only"];

    private static readonly ImpactFeature[] s_fixed = [.. FixedFeatures()];

    private readonly ImpactFeature[] _features;
    private readonly Dictionary<string, int> _categories;

    /// <param name="categories">Values with a weight of their own, as in <see cref="Categories"/>.</param>
    internal ImpactFeatures(IReadOnlyList<string> categories)
    {
        Categories = categories;
        _features = [.. s_fixed, .. categories.Select(name => new ImpactFeature(name, 0, 0.5))];
        _categories = categories.Select((name, i) => (name, i)).ToDictionary(c => c.name, c => s_fixed.Length + c.i);
    }

    /// <summary>As <c>kernel = 5.15</c>.</summary>
    internal IReadOnlyList<string> Categories { get; }

    internal IReadOnlyList<ImpactFeature> All => _features;
    internal int Count => _features.Length;

    /// <summary>The commonest values of each category among the rows.</summary>
    internal static ImpactFeatures Of(IEnumerable<ClusterOutcome> rows)
    {
        var categories = rows.SelectMany(row => CategoriesOf(row.Cluster))
            .GroupBy(category => category)
            .GroupBy(category => category.Key.Kind)
            .OrderBy(kind => kind.Key, StringComparer.Ordinal)
            .SelectMany(kind =>
                kind.OrderByDescending(value => value.Count())
                    .ThenBy(value => value.Key.Value, StringComparer.Ordinal)
                    .Take(CategoriesMax)
            )
            .Select(value => value.Key.Kind + CategorySign + value.Key.Value);
        return new ImpactFeatures([.. categories]);
    }

    internal double[] Of(ChangeProfile change, ClusterProfile cluster, ImpactHistory history)
    {
        var values = new double[Count];
        var changes = ChangeOf(change);
        var traits = ClusterTraits.Of(cluster);
        var at = 0;
        values[at++] = 1;
        foreach (var size in changes)
            values[at++] = size;
        foreach (var trait in traits)
            values[at++] = trait ?? 0;
        foreach (var trait in traits)
            values[at++] = trait is null ? 1 : 0;
        foreach (var size in changes)
        foreach (var trait in traits)
            values[at++] = size * (trait ?? 0);
        values[at++] = history.AppLogRatio;
        values[at] = history.ClusterLogRatio;
        foreach (var (kind, value) in CategoriesOf(cluster))
            if (_categories.TryGetValue(kind + CategorySign + value, out var category))
                values[category] = 1;
        return values;
    }

    /// <summary>How many of the cluster's categories have values that no row had: their weights are as wide as the prior.</summary>
    internal int UnseenCategories(ClusterProfile cluster) =>
        CategoriesOf(cluster).Count(one => !_categories.ContainsKey(one.Kind + CategorySign + one.Value));

    /// <summary>Sizes saturate as in the rule of thumb; a small change (some 150 lines) is 0.</summary>
    internal static double[] ChangeOf(ChangeProfile change) =>
        [
            (Saturating(change.Lines, 800) - 0.16) / 0.3,
            (Saturating(change.Files, 30) - 0.16) / 0.3,
            Saturating(change.Dependencies, 3) / 0.3,
            change.Schema ? 2 : 0,
            change.ConfigOnly ? 1.5 : 0,
        ];

    private static IEnumerable<(string Kind, string Value)> CategoriesOf(ClusterProfile cluster)
    {
        if (cluster.Hardware is { } hardware)
            yield return ("hardware", hardware);
        if (cluster.Region is { } region)
            yield return ("region", region);
        if (cluster.Network is { } network)
            yield return ("network", network);
        if (cluster.Kernel is { } kernel)
            yield return ("kernel", kernel);
    }

    private static IEnumerable<ImpactFeature> FixedFeatures()
    {
        yield return new ImpactFeature("constant", Math.Log(PriorRate / (1 - PriorRate)), 1.5);
        // Slopes of the rule of thumb, mild: twice as wide as they are steep.
        double[] slopes = [0.25, 0.15, 0.25, 0.25, -0.1];
        for (var i = 0; i < s_changes.Length; i++)
            yield return new ImpactFeature(s_changes[i], slopes[i], 0.7);
        double[] vulnerability = [0.2, 0.15, 0, 0, 0];
        for (var i = 0; i < vulnerability.Length; i++)
            yield return new ImpactFeature(ClusterTraits.Names[i], vulnerability[i], 0.7);
        foreach (var trait in ClusterTraits.Names)
            yield return new ImpactFeature($"{trait} unknown", 0, 0.5);
        foreach (var change in s_changes)
        foreach (var trait in ClusterTraits.Names)
            yield return new ImpactFeature($"{change} × {trait}", 0, 0.5);
        yield return new ImpactFeature("failures of the application", 0.5, 0.5);
        yield return new ImpactFeature("failures in the cluster", 0.2, 0.5);
    }

    private static double Saturating(int size, double half) => size <= 0 ? 0 : size / (size + half);
}

/// <summary>A feature and what is believed of its weight before there are outcomes: a normal law.</summary>
internal sealed record ImpactFeature(string Name, double PriorMean, double PriorSd);
