namespace CanaryStreams.Core.Planning.Impact;

/// <summary>What is learnt from one rollout; places are those of the effects among the parameters, negative for none.</summary>
internal sealed record RolloutSample(double[] Parts, int App, double?[][] Traits, int[] Clusters, bool[] Failed);

/// <summary>
/// The parameters at the mode of their posterior. The likelihood of a rollout is a sum over the faults that it may have carried, and only
/// over clusters that it reached: one that was stopped at its first failure is weighed as what it is.
/// </summary>
internal sealed class ImpactFit(IReadOnlyList<RolloutSample> rollouts, IReadOnlyList<ImpactPrior> priors)
{
    /// <summary>Of a parameter's prior standard deviation.</summary>
    private const double DifferenceStep = 1e-3;

    public double[] Mode(double[] start) =>
        QuasiNewton.Maximise(start, [.. priors.Select(prior => prior.Sd * prior.Sd)], Evaluate);

    /// <summary>Covariance by Laplace's approximation, from differences of the gradient: rows of the lower triangle.</summary>
    public double[][] Covariance(double[] mode)
    {
        var negative = new double[mode.Length][];
        for (var i = 0; i < mode.Length; i++)
        {
            var step = DifferenceStep * priors[i].Sd;
            negative[i] = new double[mode.Length];
            var (above, below) = (GradientAt(mode, i, step), GradientAt(mode, i, -step));
            for (var j = 0; j < mode.Length; j++)
                negative[i][j] = (below[j] - above[j]) / (2 * step);
        }
        var triangle = negative
            .Select((row, i) => Enumerable.Range(0, i + 1).Select(j => (row[j] + negative[j][i]) / 2).ToArray())
            .ToArray();
        // Where the surface isn't quite that of a mode, as a saddle's differences may show, the prior is counted more.
        for (var more = 0.0; ; more = 2 * more + 0.1)
        {
            if (
                Cholesky.TryFactor([
                    .. triangle.Select((row, i) => Raised(row, more / (priors[i].Sd * priors[i].Sd))),
                ]) is
                { } factor
            )
                return factor.Inverse();
        }
    }

    private static double[] Raised(double[] row, double by) => [.. row[..^1], row[^1] + by];

    private double[] GradientAt(double[] mode, int parameter, double step)
    {
        var moved = mode.ToArray();
        moved[parameter] += step;
        var gradient = new double[mode.Length];
        Evaluate(moved, gradient);
        return gradient;
    }

    /// <summary>Log posterior, but for a constant.</summary>
    private double Evaluate(double[] parameters, double[] gradient)
    {
        var objective = 0.0;
        for (var i = 0; i < priors.Count; i++)
        {
            var distance = (parameters[i] - priors[i].Mean) / priors[i].Sd;
            objective -= distance * distance / 2;
            gradient[i] = -distance / priors[i].Sd;
        }
        var curves = new ImpactCurves(parameters);
        foreach (var rollout in rollouts)
            objective += new RolloutLikelihood(rollout, curves).AddTo(gradient);
        return objective;
    }
}
