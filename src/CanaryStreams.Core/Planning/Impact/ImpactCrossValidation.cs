using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>A row, predicted by a model that hasn't seen its rollout.</summary>
/// <param name="BaseRate">Share of failures among the rows which that model has seen.</param>
internal readonly record struct CrossValidated(double P, double BaseRate, bool Failed);

/// <summary>
/// Five folds of whole rollouts: clusters of one rollout tell of each other, so they stay together. The standard deviations of
/// what a rollout carries are those of all rows; two numbers chosen from a short list tell next to nothing of any one rollout.
/// </summary>
internal sealed class ImpactCrossValidation(ImpactTrainingSet set, RolloutNodes nodes, ImpactModel whole)
{
    private const int Folds = 5;

    /// <returns>Empty with fewer rollouts than folds.</returns>
    public IReadOnlyList<CrossValidated> Predictions()
    {
        if (set.Samples.Count < Folds)
            return [];
        var folds = Shuffled();
        return [.. Enumerable.Range(0, Folds).SelectMany(fold => Fold(folds, fold))];
    }

    private IEnumerable<CrossValidated> Fold(int[] folds, int fold)
    {
        var seen = Enumerable.Range(0, folds.Length).Where(i => folds[i] != fold).ToList();
        var fit = new HierarchicalFit([.. seen.Select(i => set.Samples[i])], set.Features.All, nodes);
        var sds = whole.Parameters.RolloutSds;
        var weights = fit.Fit(whole.Parameters.Weights, sds);
        var model = ImpactTrainer.Model(
            whole.Parameters.Name,
            whole.Parameters.Seed,
            [.. seen.Select(i => set.Rollouts[i])],
            set.Features,
            weights,
            sds
        );
        var baseRate = seen.SelectMany(i => set.Samples[i].Failed).Average(failed => failed ? 1.0 : 0);
        for (var i = 0; i < folds.Length; i++)
        {
            if (folds[i] != fold)
                continue;
            var rows = set.Rollouts[i];
            var belief = model.Begin(rows[0].Change, [.. rows.Select(row => row.Cluster)], set.Histories[i]);
            foreach (var row in rows)
            {
                yield return new CrossValidated(belief.PFailure(row.Cluster.Name), baseRate, row.Failed);
                belief = belief.After(row.Cluster.Name, row.Failed);
            }
        }
    }

    private int[] Shuffled()
    {
        var random = new SeededRandom(whole.Parameters.Seed);
        var folds = Enumerable.Range(0, set.Samples.Count).Select(i => i % Folds).ToArray();
        for (var i = folds.Length - 1; i > 0; i--)
        {
            var other = (int)random.Uniform(0, i + 1);
            (folds[i], folds[other]) = (folds[other], folds[i]);
        }
        return folds;
    }
}
