using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>
/// A metric's effect as a linear function of change and traits, with the conjugate prior (normal, inverse gamma): most
/// updates have no effect. Effects are in units of the metric's minEffect.
/// </summary>
/// <param name="Mean">Of the weights.</param>
/// <param name="Spread">Covariance of the weights over the noise's variance: rows of the lower triangle.</param>
/// <param name="NoiseVariance">Of one effect about its mean.</param>
internal sealed record EffectRegression(double[] Mean, double[][] Spread, double NoiseVariance)
{
    /// <summary>An effect beyond that many minEffects is as bad as one of that many.</summary>
    private const double EffectMax = 20;
    private const double PriorPrecision = 1;

    /// <summary>Before there are effects, they are believed to spread by one minEffect: as much as four effects would tell.</summary>
    private const double PriorShape = 2;
    private const double PriorScale = 1;

    public static int Count { get; } = Basis(new ChangeProfile(), new ClusterProfile { Name = "" }).Length;

    /// <param name="rows">In a fixed order; at least one.</param>
    public static EffectRegression Fit(IReadOnlyList<(ClusterOutcome Row, double Effect)> rows)
    {
        var precision = Enumerable.Range(1, Count).Select(size => new double[size]).ToArray();
        var product = new double[Count];
        var squares = 0.0;
        for (var i = 0; i < Count; i++)
            precision[i][i] = PriorPrecision;
        foreach (var (row, raw) in rows)
        {
            var effect = Math.Clamp(raw, -EffectMax, EffectMax);
            var basis = Basis(row.Change, row.Cluster);
            squares += effect * effect;
            for (var i = 0; i < Count; i++)
            {
                product[i] += effect * basis[i];
                for (var j = 0; j <= i; j++)
                    precision[i][j] += basis[i] * basis[j];
            }
        }
        var factor = Cholesky.TryFactor(precision)!;
        var mean = factor.Solve(product);
        var shape = PriorShape + rows.Count / 2.0;
        var scale = PriorScale + Math.Max(0, squares - QuasiNewton.Dot(mean, product)) / 2;
        return new EffectRegression(mean, factor.Inverse(), scale / (shape - 1));
    }

    public MetricImpact Predict(string metric, ChangeProfile change, ClusterProfile cluster)
    {
        var basis = Basis(change, cluster);
        var variance = NoiseVariance * (1 + Math.Max(0, Cholesky.Quadratic(Spread, basis)));
        return new MetricImpact(metric, QuasiNewton.Dot(Mean, basis), Math.Sqrt(variance));
    }

    private static double[] Basis(ChangeProfile change, ClusterProfile cluster) =>
        [.. ChangeParts.Of(change), .. ClusterTraits.Of(cluster).Select(trait => trait ?? 0)];
}
