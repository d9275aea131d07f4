using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>A row, predicted by a model that hasn't seen its rollout.</summary>
/// <param name="BaseRate">Share of failures among the rows which that model has seen.</param>
internal readonly record struct CrossValidated(double P, double BaseRate, bool Failed);

/// <summary>Five folds of whole rollouts: clusters of one rollout tell of each other, so they stay together.</summary>
internal sealed class ImpactCrossValidation(ImpactTrainingSet set, double[] mode, ulong seed)
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
        var fit = new ImpactFit([.. seen.Select(i => set.Samples[i])], set.Layout.Priors);
        var curves = new ImpactCurves(fit.Mode(mode));
        var baseRate = seen.SelectMany(i => set.Samples[i].Failed).Average(failed => failed ? 1.0 : 0);
        for (var i = 0; i < folds.Length; i++)
        {
            if (folds[i] != fold)
                continue;
            var sample = set.Samples[i];
            var names = set.Rollouts[i].Select(row => row.Cluster.Name).ToArray();
            var failures = sample.Traits.Select((traits, c) => curves.Failures(traits, sample.Clusters[c]));
            var belief = new RolloutBelief(names, [.. failures], curves.Causes(sample.Parts, sample.App));
            foreach (var (name, failed) in names.Zip(sample.Failed))
            {
                yield return new CrossValidated(belief.PFailure(name), baseRate, failed);
                belief = belief.After(name, failed);
            }
        }
    }

    private int[] Shuffled()
    {
        var random = new SeededRandom(seed);
        var folds = Enumerable.Range(0, set.Samples.Count).Select(i => i % Folds).ToArray();
        for (var i = folds.Length - 1; i > 0; i--)
        {
            var other = (int)random.Uniform(0, i + 1);
            (folds[i], folds[other]) = (folds[other], folds[i]);
        }
        return folds;
    }
}
