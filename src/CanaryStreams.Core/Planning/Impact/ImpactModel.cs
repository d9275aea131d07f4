using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>
/// P(an update fails in a cluster), from the outcomes of earlier rollouts. An update carries at most one hidden fault, that
/// hurts everywhere or by one trait of clusters; which one is likely goes with the change and the application, how a
/// cluster is treated then with its profile. Weights have a normal prior; the model is the mode of their posterior, and how wide it is there.
/// Immutable; made by <see cref="ImpactTrainer"/> or read by <see cref="ImpactModelJson"/>.
/// </summary>
public sealed class ImpactModel
{
    internal ImpactModel(ImpactParameters parameters)
    {
        Parameters = parameters;
        Features = new ImpactFeatures(parameters.Categories);
        History = new OutcomeHistory(parameters.Apps, parameters.Clusters);
    }

    /// <summary>Name, number of rows and time of the last one: <c>impact/hidden-faults/1200@2026-11-22T10:00:00.000Z</c>.</summary>
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
        var known = history.For(app, cluster.Name);
        var features = ImpactFeatures.ChangeOf(change, known);
        var harm = Features.HarmOf(cluster, known, ClusterTraits.Of(cluster));
        var p = Begin(app, change, [cluster], history).PFailure(cluster.Name);
        var variance = LogitVariance(features, harm, p);
        return new ImpactPrediction(
            p,
            Math.Sqrt(variance),
            1 / (p * (1 - p) * variance),
            ImpactContributions.Of(Features, Parameters.Weights, change, cluster, known),
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

    /// <param name="histories">By cluster; at least one.</param>
    internal RolloutBelief Begin(
        ChangeProfile change,
        IReadOnlyList<ClusterProfile> clusters,
        IReadOnlyList<ImpactHistory> histories
    )
    {
        var features = ImpactFeatures.ChangeOf(change, histories[0]);
        var probabilities = clusters.Select(
            (cluster, i) =>
                Features
                    .HarmOf(cluster, histories[i], ClusterTraits.Of(cluster))
                    .Select(fault => FaultLaw.Harm(fault, Parameters.Weights))
                    .ToArray()
        );
        return new RolloutBelief(
            [.. clusters.Select(cluster => cluster.Name)],
            [.. probabilities],
            FaultLaw.Faults(features, Parameters.Weights)
        );
    }

    /// <summary>By the delta method: gᵀ·covariance·g with g the derivatives of the logit, which are those of log P over 1 − P.</summary>
    private double LogitVariance(double[] change, SparseRow[] harm, double p)
    {
        var derivatives = new Derivatives(Features.All.Count);
        new FaultLikelihood(new RolloutSample(change, [harm], [true]), Parameters.Weights).AddTo(derivatives);
        var gradient = derivatives.Gradient.Select(one => one / (1 - p)).ToArray();
        return Math.Max(1e-9, Cholesky.Quadratic(Parameters.Covariance, gradient));
    }
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

    public required IReadOnlyDictionary<string, EffectRegression> Effects { get; init; }
    public required IReadOnlyDictionary<string, Tally> Apps { get; init; }
    public required IReadOnlyDictionary<string, Tally> Clusters { get; init; }
}
