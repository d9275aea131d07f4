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
    public const string DefaultName = "hidden-faults";

    public static TrainedImpact Train(IEnumerable<ClusterOutcome> rows, ulong seed, string name = DefaultName)
    {
        var rollouts = OutcomeRows.ByRollout(rows);
        var set = new ImpactTrainingSet(rollouts);
        var model = Model(name, seed, rollouts, set.Features, new FaultFit(set.Samples, set.Features.All).Fit());
        var predictions = new ImpactCrossValidation(set, model).Predictions();
        return new TrainedImpact(model, Card(model, set, predictions));
    }

    internal static ImpactModel Model(
        string name,
        ulong seed,
        IReadOnlyList<IReadOnlyList<ClusterOutcome>> rollouts,
        ImpactFeatures features,
        FittedWeights weights
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
                Weights = Rounded(weights.Mode),
                Covariance = [.. weights.Precision.Inverse().Select(Rounded)],
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
            [.. top]
        );
    }

    private static double Square(double p, bool failed) => Math.Pow(p - (failed ? 1 : 0), 2);

    private static double[] Rounded(double[] numbers) => [.. numbers.Select(NumberConverter.Rounded)];
}
