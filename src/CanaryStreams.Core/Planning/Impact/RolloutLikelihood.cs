namespace CanaryStreams.Core.Planning.Impact;

/// <summary>One rollout's likelihood: the faults that it may have carried, weighed by how well they explain its outcomes.</summary>
internal sealed class RolloutLikelihood(RolloutSample rollout, ImpactCurves curves)
{
    private readonly double[] _before = curves.Causes(rollout.Parts, rollout.App);
    private readonly double[][] _failures =
    [
        .. rollout.Traits.Select((traits, i) => curves.Failures(traits, rollout.Clusters[i])),
    ];

    /// <returns>Log likelihood.</returns>
    public double AddTo(double[] gradient)
    {
        var after = _before.ToArray();
        var logLikelihood = 0.0;
        for (var i = 0; i < _failures.Length; i++)
        {
            var sum = 0.0;
            for (var cause = 0; cause < after.Length; cause++)
                sum += after[cause] *= rollout.Failed[i] ? _failures[i][cause] : 1 - _failures[i][cause];
            logLikelihood += Math.Log(sum);
            for (var cause = 0; cause < after.Length; cause++)
                after[cause] /= sum;
        }
        AddCauses(gradient, after);
        for (var i = 0; i < _failures.Length; i++)
            AddCluster(gradient, after, i);
        return logLikelihood;
    }

    private void AddCauses(double[] gradient, double[] after)
    {
        for (var cause = 1; cause < after.Length; cause++)
        {
            var surprise = after[cause] - _before[cause];
            if (rollout.App >= 0)
                gradient[rollout.App] += surprise;
            var odds = curves.Odds(cause - 1, rollout.Parts);
            for (var part = 0; part < rollout.Parts.Length; part++)
                gradient[(cause - 1) * rollout.Parts.Length + part] +=
                    surprise * curves.Odds(cause - 1, part, rollout.Parts) / odds;
        }
    }

    private void AddCluster(double[] gradient, double[] after, int cluster)
    {
        var without = _failures[cluster][0];
        var ofBackground = 0.0;
        for (var cause = 0; cause < after.Length; cause++)
        {
            var failure = _failures[cluster][cause];
            var slope = after[cause] * (rollout.Failed[cluster] ? 1 / failure : -1 / (1 - failure));
            var hurts = cause == 0 ? 0 : curves.Hurts(cause - 1, rollout.Traits[cluster]);
            ofBackground += slope * (1 - curves.Ceiling * hurts);
            if (cause == 0)
                continue;
            gradient[ImpactLayout.Ceiling] += slope * hurts * (1 - without) * curves.Ceiling * (1 - curves.Ceiling);
            if (cause >= 2 && rollout.Traits[cluster][cause - 2] is { } trait)
                AddTrait(gradient, cause - 2, trait, slope * curves.Ceiling * (1 - without) * hurts * (1 - hurts));
        }
        ofBackground *= without * (1 - without);
        gradient[ImpactLayout.Background] += ofBackground;
        if (rollout.Clusters[cluster] is >= 0 and var own)
            gradient[own] += ofBackground;
    }

    private void AddTrait(double[] gradient, int trait, double value, double slope)
    {
        var threshold = curves.Parameters[ImpactLayout.Thresholds + trait];
        gradient[ImpactLayout.Thresholds + trait] -= slope * curves.Slopes[trait];
        gradient[ImpactLayout.Slopes + trait] += slope * curves.Slopes[trait] * (value - threshold);
    }
}
