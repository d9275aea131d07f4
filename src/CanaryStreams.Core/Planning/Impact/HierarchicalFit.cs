using CanaryStreams.Core.Forecast;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>What is learnt from one rollout: for each of its clusters the features, the traits and the outcome.</summary>
internal sealed record RolloutSample(double[][] Features, double[][] Traits, bool[] Failed);

/// <summary>Weights at the mode of their posterior, with its precision there.</summary>
/// <param name="LogEvidence">Laplace's approximation of the log marginal likelihood, without its constant.</param>
internal sealed record HierarchicalWeights(double[] Weights, Cholesky Precision, double LogEvidence);

/// <summary>
/// logit P = x·β + z·(σ∘ε) with ε ~ N(0, 1) for each rollout and a normal prior on β. ε is integrated out over nodes, so a rollout that was stopped
/// at its first failure is weighed as what it is (its other clusters are unknown, and likelier bad than good); β is found by
/// Newton's method.
/// </summary>
internal sealed class HierarchicalFit(
    IReadOnlyList<RolloutSample> rollouts,
    IReadOnlyList<ImpactFeature> features,
    RolloutNodes nodes
)
{
    private const int IterationsMax = 40;
    private const int HalvingsMax = 12;
    private const double Enough = 1e-7;

    /// <param name="start">Weights to begin with.</param>
    /// <param name="sds">Standard deviations of what a rollout carries, as the traits.</param>
    public HierarchicalWeights Fit(double[] start, double[] sds)
    {
        var offsets = rollouts
            .Select(rollout => rollout.Traits.Select(traits => nodes.Offsets(traits, sds)).ToArray())
            .ToList();
        var weights = start;
        var derivatives = new Derivatives(features.Count);
        var objective = Evaluate(weights, offsets, derivatives);
        for (var iteration = 0; iteration < IterationsMax; iteration++)
        {
            var step = derivatives.Factor().Solve(derivatives.Gradient);
            var before = objective;
            for (var halving = 0; halving < HalvingsMax; halving++)
            {
                var next = weights.Select((weight, i) => weight + step[i]).ToArray();
                var tried = new Derivatives(features.Count);
                var reached = Evaluate(next, offsets, tried);
                if (reached >= objective)
                {
                    (weights, objective, derivatives) = (next, reached, tried);
                    break;
                }
                step = [.. step.Select(one => one / 2)];
            }
            if (objective - before < Enough * (1 + Math.Abs(objective)))
                break;
        }
        var precision = derivatives.Factor();
        var prior = features.Sum(feature => -2 * Math.Log(feature.PriorSd));
        return new HierarchicalWeights(weights, precision, objective + (prior - precision.LogDeterminant) / 2);
    }

    /// <summary>Log posterior of the weights, but for a constant.</summary>
    private double Evaluate(double[] weights, List<double[][]> offsets, Derivatives derivatives)
    {
        var objective = 0.0;
        for (var i = 0; i < features.Count; i++)
        {
            var precision = 1 / (features[i].PriorSd * features[i].PriorSd);
            var distance = weights[i] - features[i].PriorMean;
            objective -= precision * distance * distance / 2;
            derivatives.AddPrior(i, precision, distance);
        }
        for (var r = 0; r < rollouts.Count; r++)
            objective += new RolloutLikelihood(rollouts[r], offsets[r], weights).AddTo(derivatives);
        return objective;
    }
}

/// <summary>One rollout's likelihood, with the nodes weighed by how well they explain its outcomes.</summary>
internal sealed class RolloutLikelihood(RolloutSample rollout, double[][] offsets, double[] weights)
{
    private readonly int _clusters = rollout.Failed.Length;
    private readonly int _nodes = offsets[0].Length;

    /// <returns>Log likelihood.</returns>
    public double AddTo(Derivatives derivatives)
    {
        var errors = new double[_clusters][];
        var curvature = new double[_clusters];
        var posterior = new double[_nodes];
        for (var i = 0; i < _clusters; i++)
            errors[i] = Errors(i, posterior);
        var most = posterior.Max();
        var sum = 0.0;
        for (var node = 0; node < _nodes; node++)
            sum += posterior[node] = Math.Exp(posterior[node] - most);
        for (var node = 0; node < _nodes; node++)
            posterior[node] /= sum;
        var means = new double[_clusters];
        for (var i = 0; i < _clusters; i++)
        for (var node = 0; node < _nodes; node++)
        {
            var error = errors[i][node];
            means[i] += posterior[node] * error;
            curvature[i] += posterior[node] * Math.Abs(error) * (1 - Math.Abs(error));
        }
        derivatives.Add(rollout.Features, means, curvature, Covariance(errors, means, posterior));
        return most + Math.Log(sum / _nodes);
    }

    /// <summary>Outcome less probability at each node; the log likelihood is added to <paramref name="logs"/>.</summary>
    private double[] Errors(int cluster, double[] logs)
    {
        var margin = Dot(rollout.Features[cluster], weights);
        var errors = new double[_nodes];
        var sign = rollout.Failed[cluster] ? 1 : -1;
        for (var node = 0; node < _nodes; node++)
        {
            var agreement = FailureForecaster.Sigmoid(sign * (margin + offsets[cluster][node]));
            errors[node] = sign * (1 - agreement);
            logs[node] += Math.Log(agreement);
        }
        return errors;
    }

    /// <summary>Rows of the lower triangle: how the errors of two clusters go together, since both hang on what is hidden.</summary>
    private double[][] Covariance(double[][] errors, double[] means, double[] posterior)
    {
        var covariance = new double[_clusters][];
        for (var i = 0; i < _clusters; i++)
        {
            covariance[i] = new double[i + 1];
            for (var j = 0; j <= i; j++)
            {
                var sum = 0.0;
                for (var node = 0; node < _nodes; node++)
                    sum += posterior[node] * errors[i][node] * errors[j][node];
                covariance[i][j] = sum - means[i] * means[j];
            }
        }
        return covariance;
    }

    internal static double Dot(double[] left, double[] right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }
}
