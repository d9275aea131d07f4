using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>
/// P(an update fails in a cluster), from the outcomes of earlier rollouts. An update may carry one hidden fault, that hurts everywhere or
/// the clusters with a certain trait; how likely it carries which hangs on the change and the application. Nobody sees the fault, and each
/// cluster's outcome tells of it. Immutable; made by <see cref="ImpactTrainer"/> or read by <see cref="ImpactModelJson"/>.
/// </summary>
public sealed class ImpactModel
{
    /// <summary>How the version of every impact model begins.</summary>
    internal const string Family = "impact/";

    private readonly ImpactCurves _curves;

    internal ImpactModel(ImpactParameters parameters)
    {
        Parameters = parameters;
        _curves = new ImpactCurves(parameters.Values);
    }

    /// <summary>Name, number of rows and time of the last one: <c>impact/causes/1200@2026-11-22T10:00:00.000Z</c>.</summary>
    public string Version =>
        Rows == 0
            ? $"{Family}{Parameters.Name}/0"
            : $"{Family}{Parameters.Name}/{Rows}@{TimeConverter.Text(DateTimeOffset.FromUnixTimeMilliseconds(LastMs))}";

    /// <summary>Outcomes it has learnt from; 0 where it is the prior alone.</summary>
    public int Rows => Parameters.Rows;

    /// <summary>Time of the last of them, Unix milliseconds; 0 where there is none.</summary>
    public long LastMs => Parameters.LastMs;

    internal ImpactParameters Parameters { get; }
    internal ImpactLayout Layout => Parameters.Layout;

    public ImpactPrediction Predict(string app, ChangeProfile change, ClusterProfile cluster)
    {
        var belief = Begin(app, change, [cluster]);
        var p = belief.PFailure(cluster.Name);
        var variance = new ImpactUncertainty(this).LogitVariance(app, change, cluster);
        return new ImpactPrediction(
            p,
            Math.Sqrt(variance),
            1 / (p * (1 - p) * variance),
            Faults(app, change, cluster),
            new ImpactContributions(this).Of(app, change, cluster),
            [.. Parameters.Effects.Select(one => one.Value.Predict(one.Key, change, cluster))]
        );
    }

    /// <summary>What is believed of a rollout before it begins.</summary>
    /// <param name="clusters">Each name once.</param>
    public RolloutBelief Begin(string app, ChangeProfile change, IReadOnlyList<ClusterProfile> clusters) =>
        new(
            [.. clusters.Select(cluster => cluster.Name)],
            [
                .. clusters.Select(cluster =>
                    _curves.Failures(ClusterTraits.Of(cluster), Layout.ClusterAt(cluster.Name))
                ),
            ],
            _curves.Causes(ChangeParts.Of(change), Layout.AppAt(app))
        );

    /// <summary>P(the update carries the fault, and the cluster fails), the largest first.</summary>
    private List<Suspicion> Faults(string app, ChangeProfile change, ClusterProfile cluster)
    {
        var causes = _curves.Causes(ChangeParts.Of(change), Layout.AppAt(app));
        var failures = _curves.Failures(ClusterTraits.Of(cluster), Layout.ClusterAt(cluster.Name));
        return
        [
            .. ImpactLayout
                .Causes.Select((cause, i) => new Suspicion(cause, causes[i + 1] * failures[i + 1]))
                .OrderByDescending(fault => fault.Probability)
                .ThenBy(fault => fault.Fault, StringComparer.Ordinal),
        ];
    }
}

/// <summary>All that a model is; what its file holds.</summary>
internal sealed record ImpactParameters
{
    public required string Name { get; init; }
    public required ulong Seed { get; init; }
    public required int Rows { get; init; }
    public required long LastMs { get; init; }
    public required ImpactLayout Layout { get; init; }

    /// <summary>As the layout has them.</summary>
    public required double[] Values { get; init; }

    /// <summary>Of the values; rows of the lower triangle.</summary>
    public required double[][] Covariance { get; init; }
    public required IReadOnlyDictionary<string, EffectRegression> Effects { get; init; }
}
