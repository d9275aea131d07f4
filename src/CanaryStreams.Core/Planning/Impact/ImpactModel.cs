using CanaryStreams.Core.Forecast;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>
/// P(an update fails in a cluster), from the outcomes of earlier rollouts: a hierarchical logistic regression. Each rollout carries
/// something of its own with it, that hurts everywhere or clusters with a certain trait; nobody knows it beforehand, and each
/// outcome tells of it. Immutable; made by <see cref="ImpactTrainer"/> or read by <see cref="ImpactModelJson"/>.
/// </summary>
public sealed class ImpactModel
{
    private const int NodePairs = 512;

    /// <summary>A weight's prior variance where no row had the value.</summary>
    private const double UnseenVariance = 0.25;

    private readonly RolloutNodes _nodes;

    internal ImpactModel(ImpactParameters parameters)
    {
        Parameters = parameters;
        Features = new ImpactFeatures(parameters.Categories);
        History = new OutcomeHistory(parameters.Apps, parameters.Clusters);
        _nodes = new RolloutNodes(NodePairs, parameters.RolloutSds.Length, parameters.Seed);
    }

    /// <summary>Name, number of rows and time of the last one: <c>impact/hierarchical/1200@2026-11-22T10:00:00.000Z</c>.</summary>
    public string Version =>
        Rows == 0
            ? $"impact/{Parameters.Name}/0"
            : $"impact/{Parameters.Name}/{Rows}@{TimeConverter.Text(DateTimeOffset.FromUnixTimeMilliseconds(LastMs))}";

    /// <summary>Outcomes it has learnt from; 0 where it is the prior alone.</summary>
    public int Rows => Parameters.Rows;

    /// <summary>Time of the last of them, Unix milliseconds; 0 where there is none.</summary>
    public long LastMs => Parameters.LastMs;

    /// <summary>What its rows told of applications and clusters.</summary>
    public OutcomeHistory History { get; }

    internal ImpactParameters Parameters { get; }
    internal ImpactFeatures Features { get; }

    /// <param name="history">That of the model, or a newer one.</param>
    public ImpactPrediction Predict(string app, ChangeProfile change, ClusterProfile cluster, OutcomeHistory history)
    {
        var features = Features.Of(change, cluster, history.For(app, cluster.Name));
        var variance = Variance(features, cluster);
        var p = Begin(app, change, [cluster], history).PFailure(cluster.Name);
        var contributions = features
            .Select((value, i) => new Contribution(Features.All[i].Name, value * Parameters.Weights[i]))
            .Skip(1)
            .Where(one => one.Logit != 0)
            .OrderByDescending(one => Math.Abs(one.Logit))
            .ThenBy(one => one.Feature, StringComparer.Ordinal);
        return new ImpactPrediction(
            p,
            Math.Sqrt(variance),
            1 / (p * (1 - p) * variance),
            [.. contributions],
            [.. Parameters.Effects.Select(one => one.Value.Predict(one.Key, change, cluster))]
        );
    }

    /// <summary>What is believed of a rollout before it begins.</summary>
    /// <param name="clusters">Each name once.</param>
    public RolloutBelief Begin(
        string app,
        ChangeProfile change,
        IReadOnlyList<ClusterProfile> clusters,
        OutcomeHistory history
    ) => Begin(change, clusters, [.. clusters.Select(cluster => history.For(app, cluster.Name))]);

    internal RolloutBelief Begin(
        ChangeProfile change,
        IReadOnlyList<ClusterProfile> clusters,
        IReadOnlyList<ImpactHistory> histories
    )
    {
        var probabilities = clusters.Select((cluster, i) => Probabilities(change, cluster, histories[i]));
        var weights = new double[_nodes.Count];
        Array.Fill(weights, 1.0 / weights.Length);
        return new RolloutBelief([.. clusters.Select(cluster => cluster.Name)], [.. probabilities], weights);
    }

    /// <summary>
    /// By node, averaged over what isn't known of the weights: a wide logit is drawn towards one half (MacKay 1992), by
    /// √(1 + π·variance/8).
    /// </summary>
    private double[] Probabilities(ChangeProfile change, ClusterProfile cluster, ImpactHistory history)
    {
        var features = Features.Of(change, cluster, history);
        var margin = RolloutLikelihood.Dot(features, Parameters.Weights);
        var shrink = 1 / Math.Sqrt(1 + Math.PI / 8 * Variance(features, cluster));
        var offsets = _nodes.Offsets(ClusterTraits.WithConstant(cluster), Parameters.RolloutSds);
        return [.. offsets.Select(offset => FailureForecaster.Sigmoid(shrink * (margin + offset)))];
    }

    private double Variance(double[] features, ClusterProfile cluster) =>
        Math.Max(1e-9, Cholesky.Quadratic(Parameters.Covariance, features))
        + UnseenVariance * Features.UnseenCategories(cluster);
}

/// <summary>All that a model is; what its file holds.</summary>
internal sealed record ImpactParameters
{
    public required string Name { get; init; }
    public required ulong Seed { get; init; }
    public required int Rows { get; init; }
    public required long LastMs { get; init; }
    public required IReadOnlyList<string> Categories { get; init; }
    public required double[] Weights { get; init; }

    /// <summary>Of the weights; rows of the lower triangle.</summary>
    public required double[][] Covariance { get; init; }

    /// <summary>Of what a rollout carries with it: everywhere, then by trait.</summary>
    public required double[] RolloutSds { get; init; }
    public required IReadOnlyDictionary<string, EffectRegression> Effects { get; init; }
    public required IReadOnlyDictionary<string, Tally> Apps { get; init; }
    public required IReadOnlyDictionary<string, Tally> Clusters { get; init; }
}
