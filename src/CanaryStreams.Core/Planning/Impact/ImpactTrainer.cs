using CanaryStreams.Core.Rollouts.Wire;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>A model and how far it can be trusted.</summary>
public sealed record TrainedImpact(ImpactModel Model, ImpactCard Card);

/// <summary>
/// Learns a model from outcomes. The same rows, in any order, and the same seed give the same bytes. With no rows the model is
/// the prior.
/// </summary>
public static class ImpactTrainer
{
    public const string DefaultName = "hierarchical";
    private const int NodePairs = 64;
    private const int PriorSdIndex = 2;

    /// <summary>Candidates for the standard deviations of what a rollout carries with it.</summary>
    private static readonly double[] s_sds = [0.3, 0.6, 1.2, 2, 3];

    public static TrainedImpact Train(IEnumerable<ClusterOutcome> rows, ulong seed, string name = DefaultName)
    {
        var rollouts = OutcomeRows.ByRollout(rows);
        var set = new ImpactTrainingSet(rollouts);
        var nodes = new RolloutNodes(NodePairs, ClusterTraits.Names.Count + 1, seed);
        var (weights, sds) = Choose(new HierarchicalFit(set.Samples, set.Features.All, nodes), set);
        var model = Model(name, seed, rollouts, set.Features, weights, sds);
        var predictions = new ImpactCrossValidation(set, nodes, model).Predictions();
        return new TrainedImpact(model, Card(model, set, predictions));
    }

    /// <summary>Standard deviations in common and by trait, by turns, as long as the evidence grows.</summary>
    private static (HierarchicalWeights Weights, double[] Sds) Choose(HierarchicalFit fit, ImpactTrainingSet set)
    {
        var tried = new Dictionary<(int Common, int Trait), HierarchicalWeights>();
        var best = (Common: PriorSdIndex, Trait: PriorSdIndex);
        var start = set.Features.All.Select(feature => feature.PriorMean).ToArray();
        var weights = tried[best] = fit.Fit(start, Sds(best));
        for (var improved = set.Samples.Count > 0; improved; )
        {
            improved = false;
            (int Common, int Trait)[] neighbours =
            [
                (best.Common, best.Trait + 1),
                (best.Common, best.Trait - 1),
                (best.Common + 1, best.Trait),
                (best.Common - 1, best.Trait),
            ];
            foreach (var next in neighbours)
            {
                if (!IsCandidate(next.Common) || !IsCandidate(next.Trait) || tried.ContainsKey(next))
                    continue;
                tried[next] = fit.Fit(weights.Weights, Sds(next));
                if (tried[next].LogEvidence + LogPrior(next) <= weights.LogEvidence + LogPrior(best))
                    continue;
                (best, weights, improved) = (next, tried[next], true);
                break;
            }
        }
        return (weights, Sds(best));
    }

    private static bool IsCandidate(int index) => index >= 0 && index < s_sds.Length;

    private static double[] Sds((int Common, int Trait) index) =>
        [s_sds[index.Common], .. ClusterTraits.Names.Select(_ => s_sds[index.Trait])];

    /// <summary>A step away from what is believed before there are rollouts costs half a unit of log evidence, two steps two.</summary>
    private static double LogPrior((int Common, int Trait) index) =>
        -(Math.Pow(index.Common - PriorSdIndex, 2) + Math.Pow(index.Trait - PriorSdIndex, 2)) / 2;

    internal static ImpactModel Model(
        string name,
        ulong seed,
        IReadOnlyList<IReadOnlyList<ClusterOutcome>> rollouts,
        ImpactFeatures features,
        HierarchicalWeights weights,
        double[] sds
    )
    {
        var rows = rollouts.SelectMany(rollout => rollout).ToList();
        var history = OutcomeHistory.Of(rows);
        return new ImpactModel(
            new ImpactParameters
            {
                Name = name,
                Seed = seed,
                Rows = rows.Count,
                LastMs = rows.Count == 0 ? 0 : rows.Max(row => row.TimeMs),
                Categories = features.Categories,
                Weights = Rounded(weights.Weights),
                Covariance = [.. weights.Precision.Inverse().Select(Rounded)],
                RolloutSds = Rounded(sds),
                Effects = Effects(rows),
                Apps = history.Apps,
                Clusters = history.Clusters,
            }
        );
    }

    private static SortedDictionary<string, EffectRegression> Effects(List<ClusterOutcome> rows)
    {
        var effects = new SortedDictionary<string, EffectRegression>(StringComparer.Ordinal);
        var byMetric = rows.SelectMany(row =>
                row.Effects.Select(effect => (Row: row, Metric: effect.Key, effect.Value))
            )
            .Where(one => double.IsFinite(one.Value))
            .GroupBy(one => one.Metric);
        foreach (var metric in byMetric)
        {
            var fitted = EffectRegression.Fit([.. metric.Select(one => (one.Row, one.Value))]);
            effects[metric.Key] = new EffectRegression(
                Rounded(fitted.Mean),
                [.. fitted.Spread.Select(Rounded)],
                NumberConverter.Rounded(fitted.NoiseVariance)
            );
        }
        return effects;
    }

    private static ImpactCard Card(ImpactModel model, ImpactTrainingSet set, IReadOnlyList<CrossValidated> predictions)
    {
        var failed = set.Samples.Sum(sample => sample.Failed.Count(one => one));
        var brier = predictions.Count == 0 ? (double?)null : predictions.Average(one => Square(one.P, one.Failed));
        var usual = predictions.Count == 0 ? 0 : predictions.Average(one => Square(one.BaseRate, one.Failed));
        var weights = model.Parameters.Weights;
        var top = model
            .Features.All.Select((feature, i) => (feature, i))
            .OrderByDescending(one => Math.Abs(weights[one.i] - one.feature.PriorMean) / one.feature.PriorSd)
            .ThenBy(one => one.i)
            .Take(10)
            .Select(one => new FeatureWeight(
                one.feature.Name,
                weights[one.i],
                Math.Sqrt(Math.Max(0, model.Parameters.Covariance[one.i][one.i]))
            ));
        return new ImpactCard(
            model.Version,
            model.Parameters.Seed,
            model.Rows,
            set.Samples.Count,
            model.Rows == 0 ? 0 : (double)failed / model.Rows,
            brier,
            usual > 0 ? 1 - brier / usual : null,
            CalibrationBin.Of(predictions.Select(one => (one.P, one.Failed))),
            [.. top],
            model.Parameters.RolloutSds[0],
            model.Parameters.RolloutSds[1]
        );
    }

    private static double Square(double p, bool failed) => Math.Pow(p - (failed ? 1 : 0), 2);

    private static double[] Rounded(double[] numbers) => [.. numbers.Select(NumberConverter.Rounded)];
}
