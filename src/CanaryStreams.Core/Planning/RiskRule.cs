using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Planning;

/// <summary>
/// A rule of thumb for the risk of a change in a cluster, until a model learnt from outcomes takes its place. It is
/// monotone in everything it looks at, and no more than that is claimed: the weights are judgement, not measurement.
/// </summary>
public static class RiskRule
{
    public const string Name = "rule-of-thumb/1";

    /// <summary>No change is free of risk.</summary>
    public const double LeastRisk = 0.05;

    private const double UnknownLoadPct = 50;
    private const int UnknownInstances = 10;

    /// <summary>
    /// 1 − Π(1 − wᵢ·sᵢ) over lines, files, dependencies and schema, each size saturating as x/(x + half): never above
    /// 1, and one large part is enough. A change of configuration alone counts for 60 % of it.
    /// </summary>
    /// <returns>In [<see cref="LeastRisk"/>, 1].</returns>
    public static double OfChange(ChangeProfile change)
    {
        var safe =
            (1 - 0.35 * Saturating(change.Lines, 800))
            * (1 - 0.20 * Saturating(change.Files, 30))
            * (1 - 0.35 * Saturating(change.Dependencies, 3))
            * (change.Schema ? 0.6 : 1);
        var risk = (1 - safe) * (change.ConfigOnly ? 0.6 : 1);
        return Math.Clamp(risk, LeastRisk, 1);
    }

    /// <summary>
    /// How much a cluster suffers from a bad version: more the nearer it is to its capacity (the square of the load)
    /// and the fewer instances share the harm. Unknown load counts as 50 %, unknown instances as 10.
    /// </summary>
    /// <returns>In [0,1].</returns>
    public static double OfCluster(ClusterProfile cluster)
    {
        var load = Math.Clamp(cluster.LoadPct ?? UnknownLoadPct, 0, 100) / 100;
        var instances = Math.Max(cluster.Instances ?? UnknownInstances, 0);
        var fewness = 1 / (1 + instances / 5.0);
        return 0.6 * load * load + 0.4 * fewness;
    }

    /// <summary>Half of the change's risk anywhere, all of it in the most vulnerable cluster imaginable.</summary>
    public static double Combined(double change, double cluster) => change * (0.5 + 0.5 * cluster);

    /// <summary>How large a size is beside the one that counts for half: 0 for none, towards 1.</summary>
    internal static double Saturating(int size, double half) => size <= 0 ? 0 : size / (size + half);
}
