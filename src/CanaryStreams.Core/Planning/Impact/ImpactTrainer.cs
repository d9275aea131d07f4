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
    public const string DefaultName = "causes";

    /// <param name="rows">Later labels take the place of what the evidence said.</param>
    /// <param name="seed">Of the folds by which the card is validated.</param>
    /// <param name="name">Distinguishes models of the same rows.</param>
    public static TrainedImpact Train(IEnumerable<ClusterOutcome> rows, ulong seed, string name = DefaultName)
    {
        var set = new ImpactTrainingSet(OutcomeRows.ByRollout(rows));
        var fit = new ImpactFit(set.Samples, set.Layout.Priors);
        var mode = fit.Mode([.. set.Layout.Priors.Select(prior => prior.Mean)]);
        var model = new ImpactModel(
            new ImpactParameters
            {
                Name = name,
                Seed = seed,
                Rows = set.Rows.Count,
                LastMs = set.Rows.Count == 0 ? 0 : set.Rows.Max(row => row.TimeMs),
                Layout = set.Layout,
                Values = Rounded(mode),
                Covariance = [.. fit.Covariance(mode).Select(Rounded)],
                Effects = Effects(set.Rows),
            }
        );
        var predictions = new ImpactCrossValidation(set, mode, seed).Predictions();
        return new TrainedImpact(model, Card(model, set, predictions));
    }

    private static SortedDictionary<string, EffectRegression> Effects(IReadOnlyList<ClusterOutcome> rows)
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
        var failed = set.Rows.Count(row => row.Failed);
        var brier = predictions.Count == 0 ? (double?)null : predictions.Average(one => Square(one.P, one.Failed));
        var usual = predictions.Count == 0 ? 0 : predictions.Average(one => Square(one.BaseRate, one.Failed));
        var values = model.Parameters.Values;
        var top = set
            .Layout.Priors.Select((prior, i) => (prior, i))
            .OrderByDescending(one => Math.Abs(values[one.i] - one.prior.Mean) / one.prior.Sd)
            .ThenBy(one => one.i)
            .Take(10)
            .Select(one => new LearntParameter(
                one.prior.Name,
                one.prior.Mean,
                values[one.i],
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
