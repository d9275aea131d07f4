namespace CanaryStreams.Core.Planning.Impact;

/// <summary>Weights at the mode of their posterior, with its precision there (Laplace's approximation).</summary>
internal sealed record FittedWeights(double[] Mode, Cholesky Precision);

/// <summary>Newton's method on the log posterior, with steps halved until it grows.</summary>
internal sealed class FaultFit(IReadOnlyList<RolloutSample> rollouts, IReadOnlyList<ImpactFeature> features)
{
    private const int IterationsMax = 60;
    private const int HalvingsMax = 12;
    private const double Enough = 1e-8;

    public FittedWeights Fit()
    {
        double[] weights = [.. features.Select(feature => feature.PriorMean)];
        var (objective, derivatives) = Evaluate(weights);
        for (var iteration = 0; iteration < IterationsMax; iteration++)
        {
            var before = objective;
            var step = derivatives.Factor().Solve(derivatives.Gradient);
            for (var halving = 0; halving < HalvingsMax; halving++)
            {
                double[] next = [.. weights.Select((weight, i) => weight + step[i])];
                var tried = Evaluate(next);
                if (tried.Objective >= objective)
                {
                    (weights, objective, derivatives) = (next, tried.Objective, tried.Derivatives);
                    break;
                }
                step = [.. step.Select(one => one / 2)];
            }
            if (objective - before < Enough * (1 + Math.Abs(objective)))
                break;
        }
        return new FittedWeights(weights, derivatives.Factor());
    }

    /// <summary>Log posterior of the weights, but for a constant.</summary>
    private (double Objective, Derivatives Derivatives) Evaluate(double[] weights)
    {
        var derivatives = new Derivatives(features.Count);
        var objective = 0.0;
        for (var i = 0; i < features.Count; i++)
        {
            var precision = 1 / (features[i].PriorSd * features[i].PriorSd);
            var distance = weights[i] - features[i].PriorMean;
            objective -= precision * distance * distance / 2;
            derivatives.AddKnown(i, i, precision);
            derivatives.Gradient[i] -= precision * distance;
        }
        foreach (var rollout in rollouts)
            objective += new FaultLikelihood(rollout, weights).AddTo(derivatives);
        return (objective, derivatives);
    }
}
