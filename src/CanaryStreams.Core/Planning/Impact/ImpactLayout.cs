namespace CanaryStreams.Core.Planning.Impact;

/// <summary>A parameter and what is believed of it before there are outcomes: a normal law.</summary>
internal sealed record ImpactPrior(string Name, double Mean, double Sd);

/// <summary>
/// Which parameter is where, and the prior of each. The prior says the same of every trait: which change hurts which kind of
/// cluster is for outcomes to tell.
/// </summary>
internal sealed class ImpactLayout
{
    /// <summary>Applications and clusters that have an effect of their own; rarer ones are as usual ones.</summary>
    public const int NamedMax = 64;

    /// <summary>Of the logarithm of the odds of a fault in an application's updates over the usual odds.</summary>
    public const double AppSd = 0.5;

    /// <summary>Of the logit of a failure that no fault of the update accounts for, in a cluster.</summary>
    public const double ClusterSd = 0.7;

    /// <summary>Faults that an update may carry: one that hurts everywhere, then one for each trait of a cluster.</summary>
    public static IReadOnlyList<string> Causes { get; } = ["everywhere", .. ClusterTraits.Names];

    private const string AppSign = "application ";
    private const string ClusterSign = "cluster ";

    /// <summary>Odds of a fault that hurts everywhere, by part of the change, in the order of <see cref="ChangeParts.Names"/>.</summary>
    private static readonly double[] s_everywhere = [0.01, 0.05, 0.03, 0.05, 0.08, 0.03];

    /// <summary>The same of a fault that hurts clusters with a certain trait.</summary>
    private static readonly double[] s_trait = [0.005, 0.03, 0.02, 0.03, 0.02, 0.02];
    private const double OddsSd = 1.5;

    private static readonly ImpactPrior[] s_fixed = [.. Fixed()];

    private readonly Dictionary<string, int> _apps;
    private readonly Dictionary<string, int> _clusters;

    public ImpactLayout(IReadOnlyList<string> apps, IReadOnlyList<string> clusters)
    {
        Apps = apps;
        Clusters = clusters;
        Priors =
        [
            .. s_fixed,
            .. apps.Select(app => new ImpactPrior(AppSign + app, 0, AppSd)),
            .. clusters.Select(cluster => new ImpactPrior(ClusterSign + cluster, 0, ClusterSd)),
        ];
        _apps = apps.Select((app, i) => (app, i)).ToDictionary(one => one.app, one => s_fixed.Length + one.i);
        _clusters = clusters
            .Select((cluster, i) => (cluster, i))
            .ToDictionary(one => one.cluster, one => s_fixed.Length + apps.Count + one.i);
    }

    public static int Parts => ChangeParts.Names.Count;
    public static int Thresholds { get; } = Causes.Count * Parts;
    public static int Slopes { get; } = Thresholds + ClusterTraits.Names.Count;
    public static int Ceiling { get; } = Slopes + ClusterTraits.Names.Count;
    public static int Background { get; } = Ceiling + 1;

    public IReadOnlyList<string> Apps { get; }
    public IReadOnlyList<string> Clusters { get; }
    public IReadOnlyList<ImpactPrior> Priors { get; }
    public int Count => Priors.Count;

    /// <summary>Those that most rows are of, at most <see cref="NamedMax"/> of each.</summary>
    public static ImpactLayout Of(IReadOnlyCollection<ClusterOutcome> rows) =>
        new(Commonest(rows.Select(row => row.App)), Commonest(rows.Select(row => row.Cluster.Name)));

    /// <returns>Negative where the application has no effect of its own.</returns>
    public int AppAt(string app) => _apps.GetValueOrDefault(app, -1);

    /// <inheritdoc cref="AppAt"/>
    public int ClusterAt(string cluster) => _clusters.GetValueOrDefault(cluster, -1);

    private static List<string> Commonest(IEnumerable<string> names) =>
        [
            .. names
                .GroupBy(name => name, StringComparer.Ordinal)
                .OrderByDescending(name => name.Count())
                .ThenBy(name => name.Key, StringComparer.Ordinal)
                .Take(NamedMax)
                .Select(name => name.Key),
        ];

    private static IEnumerable<ImpactPrior> Fixed()
    {
        foreach (var (cause, i) in Causes.Select((cause, i) => (cause, i)))
        foreach (var (part, j) in ChangeParts.Names.Select((part, j) => (part, j)))
            yield return new ImpactPrior($"{cause} by {part}", Math.Log((i == 0 ? s_everywhere : s_trait)[j]), OddsSd);
        // A cluster is hurt somewhere between the usual value of a trait and a plainly vulnerable one, rather abruptly.
        foreach (var trait in ClusterTraits.Names)
            yield return new ImpactPrior($"threshold of {trait}", 0.7, 0.4);
        foreach (var trait in ClusterTraits.Names)
            yield return new ImpactPrior($"slope of {trait}", Math.Log(6), 0.5);
        yield return new ImpactPrior("failure where it hurts", 3, 0.7);
        yield return new ImpactPrior("failure without a fault", -5, 0.7);
    }
}
