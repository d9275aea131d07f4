using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>
/// How well a logit is known: its gradient by the parameters, from differences, with their covariance (delta method). Applications
/// and clusters that no outcome was of count as wide as their prior.
/// </summary>
internal sealed class ImpactUncertainty(ImpactModel model)
{
    private const double DifferenceStep = 1e-4;

    public double LogitVariance(string app, ChangeProfile change, ClusterProfile cluster)
    {
        var layout = model.Layout;
        double[] values = [.. model.Parameters.Values, 0, 0];
        var (unseenApp, unseenCluster) = (layout.Count, layout.Count + 1);
        var appAt = layout.AppAt(app) is >= 0 and var known ? known : unseenApp;
        var clusterAt = layout.ClusterAt(cluster.Name) is >= 0 and var named ? named : unseenCluster;
        var (parts, traits) = (ChangeParts.Of(change), ClusterTraits.Of(cluster));
        var gradient = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
            gradient[i] = (LogitWith(i, DifferenceStep) - LogitWith(i, -DifferenceStep)) / (2 * DifferenceStep);
        var variance =
            Cholesky.Quadratic(model.Parameters.Covariance, gradient[..layout.Count])
            + Math.Pow(gradient[unseenApp] * ImpactLayout.AppSd, 2)
            + Math.Pow(gradient[unseenCluster] * ImpactLayout.ClusterSd, 2);
        return Math.Max(1e-9, variance);

        double LogitWith(int parameter, double step)
        {
            var moved = values.ToArray();
            moved[parameter] += step;
            var curves = new ImpactCurves(moved);
            var p = QuasiNewton.Dot(curves.Causes(parts, appAt), curves.Failures(traits, clusterAt));
            return Math.Log(p / (1 - p));
        }
    }
}
