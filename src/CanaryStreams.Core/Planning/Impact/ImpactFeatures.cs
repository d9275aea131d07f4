using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>
/// The numbers that a change and a cluster are to the model, and what is believed of each weight before there are outcomes.
/// 0 is usual, whatever the feature; what is unknown has a weight of its own or counts as usual, and is never an error.
/// </summary>
internal sealed class ImpactFeatures
{
    /// <summary>Values of a category that have a weight of their own; rarer ones share the weight zero.</summary>
    private const int CategoriesMax = 24;
    private const string CategorySign = " = ";

    /// <summary>Faults that hurt by a trait come behind the one that hurts everywhere.</summary>
    public static int Faults { get; } = 1 + ClusterTraits.Names.Count;

    /// <summary>Of the change, by which an update gets its fault; the constant first.</summary>
    public static IReadOnlyList<string> ChangeNames { get; } =
    ["constant", "lines", "files", "dependencies", "schema", "configuration only", "failures of the application"];

    private static readonly ImpactFeature[] s_fixed = [.. OfFaults(), .. OfHarm()];
    private readonly Dictionary<string, int> _categories;

    /// <param name="categories">Values with a weight of their own, as <c>kernel = 5.15</c>.</param>
    public ImpactFeatures(IReadOnlyList<string> categories)
    {
        Categories = categories;
        All = [.. s_fixed, .. categories.Select(name => new ImpactFeature(name, 0, 0.2))];
        _categories = categories.Select((name, i) => (name, i)).ToDictionary(c => c.name, c => s_fixed.Length + c.i);
    }

    public IReadOnlyList<string> Categories { get; }

    /// <summary>All weights: of faults by change, of harm by cluster, of categories.</summary>
    public IReadOnlyList<ImpactFeature> All { get; }

    /// <summary>Where the weights begin by which a fault (0 is everywhere) goes with a change.</summary>
    public static int FaultAt(int fault) => fault * ChangeNames.Count;

    /// <summary>Where the weights of harm begin: without a fault, everywhere, then three for each trait.</summary>
    public static int HarmAt { get; } = Faults * ChangeNames.Count;

    /// <summary>Where the weights begin that act whatever the fault is.</summary>
    public static int SharedAt { get; } = HarmAt + 2 + 3 * ClusterTraits.Names.Count;

    /// <summary>The commonest values of each category among the rows.</summary>
    public static ImpactFeatures Of(IEnumerable<ClusterOutcome> rows)
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

    /// <summary>In the order of <see cref="ChangeNames"/>.</summary>
    public static double[] ChangeOf(ChangeProfile change, ImpactHistory history) =>
        [1, .. SizesOf(change), history.AppLogRatio];

    /// <summary>Sizes saturate as in the rule of thumb; a small change (some 150 lines) is 0.</summary>
    public static double[] SizesOf(ChangeProfile change) =>
        [
            (RiskRule.Saturating(change.Lines, 800) - 0.16) / 0.3,
            (RiskRule.Saturating(change.Files, 30) - 0.16) / 0.3,
            RiskRule.Saturating(change.Dependencies, 3) / 0.3,
            change.Schema ? 2 : 0,
            change.ConfigOnly ? 2 : 0,
        ];

    /// <summary>Weights and their factors in the logit of P(the cluster fails | the fault), for no fault, everywhere and each trait.</summary>
    /// <param name="traits">Of the cluster, as <see cref="ClusterTraits"/> has them.</param>
    public SparseRow[] HarmOf(ClusterProfile cluster, ImpactHistory history, double?[] traits)
    {
        var shared = new SparseRow([(SharedAt, history.ClusterLogRatio), .. CategoryWeights(cluster)]);
        return
        [
            shared.With((HarmAt, 1)),
            shared.With((HarmAt + 1, 1)),
            .. traits.Select(
                (trait, i) =>
                    trait is { } value
                        ? shared.With((TraitAt(i), 1), (TraitAt(i) + 1, value))
                        : shared.With((TraitAt(i) + 2, 1))
            ),
        ];
    }

    private static int TraitAt(int trait) => HarmAt + 2 + 3 * trait;

    private IEnumerable<(int At, double Value)> CategoryWeights(ClusterProfile cluster) =>
        CategoriesOf(cluster)
            .Select(one => _categories.GetValueOrDefault(one.Kind + CategorySign + one.Value, -1))
            .Where(at => at >= 0)
            .Select(at => (at, 1.0));

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

    /// <summary>
    /// The larger a change, the likelier a fault: three quarters of the slopes of the rule of thumb, whatever the fault. One that hurts everywhere
    /// is the simplest explanation of a failure, and begins likelier.
    /// </summary>
    private static IEnumerable<ImpactFeature> OfFaults()
    {
        (double Mean, double Sd)[] prior = [(-4, 1.5), (0.6, 1), (0.4, 1), (0.6, 1), (0.95, 1), (-0.2, 1), (0.5, 0.4)];
        for (var fault = 0; fault < Faults; fault++)
        {
            var name = fault == 0 ? "everywhere" : ClusterTraits.Names[fault - 1];
            for (var i = 0; i < ChangeNames.Count; i++)
            {
                var likelier = fault == 0 && i == 0 ? 1 : 0;
                yield return new ImpactFeature(
                    $"fault {name}: {ChangeNames[i]}",
                    prior[i].Mean + likelier,
                    prior[i].Sd
                );
            }
        }
    }

    /// <summary>A fault hurts by a trait where the trait is plain, and hardly where it is usual.</summary>
    private static IEnumerable<ImpactFeature> OfHarm()
    {
        yield return new ImpactFeature("harm of no fault", -5, 0.7);
        yield return new ImpactFeature("harm everywhere", 2.5, 0.7);
        foreach (var trait in ClusterTraits.Names)
        {
            yield return new ImpactFeature($"harm by {trait}: constant", -4, 1.5);
            yield return new ImpactFeature($"harm by {trait}: slope", 6, 2);
            yield return new ImpactFeature($"harm by {trait}: unknown", -1, 1);
        }
        yield return new ImpactFeature("failures in the cluster", 0.2, 0.3);
    }
}

/// <summary>A weight's name, and what is believed of it before there are outcomes: a normal law.</summary>
internal sealed record ImpactFeature(string Name, double PriorMean, double PriorSd);

/// <summary>Places of weights with their factors; all others are 0.</summary>
internal sealed record SparseRow((int At, double Value)[] Entries)
{
    public SparseRow With(params (int At, double Value)[] more) => new([.. more, .. Entries]);

    public SparseRow Without(int at) => new([.. Entries.Where(entry => entry.At != at)]);

    public double Dot(double[] weights)
    {
        var sum = 0.0;
        foreach (var (at, value) in Entries)
            sum += value * weights[at];
        return sum;
    }
}
