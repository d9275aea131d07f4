using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Planning.Impact;

/// <summary>
/// What moves a prediction: for each thing that is known of change, application and cluster, the logit as it is less the logit
/// if that were nothing (of a change) or unknown (of a cluster). They needn't add up: of two things that would do alone, each counts little.
/// </summary>
internal sealed class ImpactContributions(ImpactModel model)
{
    private const double Least = 0.005;

    public IReadOnlyList<Contribution> Of(string app, ChangeProfile change, ClusterProfile cluster)
    {
        var logit = Logit(app, change, cluster);
        return
        [
            .. Without(app, change, cluster)
                .Select(one => new Contribution(one.Feature, logit - one.Logit))
                .Where(one => Math.Abs(one.Logit) >= Least)
                .OrderByDescending(one => Math.Abs(one.Logit))
                .ThenBy(one => one.Feature, StringComparer.Ordinal),
        ];
    }

    private IEnumerable<(string Feature, double Logit)> Without(
        string app,
        ChangeProfile change,
        ClusterProfile cluster
    )
    {
        yield return ("lines", Logit(app, change with { Lines = 0 }, cluster));
        yield return ("files", Logit(app, change with { Files = 0 }, cluster));
        yield return ("dependencies", Logit(app, change with { Dependencies = 0 }, cluster));
        yield return ("schema", Logit(app, change with { Schema = false }, cluster));
        yield return ("configuration only", Logit(app, change with { ConfigOnly = false }, cluster));
        yield return ("application", Logit("", change, cluster));
        yield return ("cluster", Logit(app, change, cluster with { Name = "" }));
        yield return ("load", Logit(app, change, cluster with { LoadPct = null }));
        yield return ("instances", Logit(app, change, cluster with { Instances = null }));
        yield return ("kernel", Logit(app, change, cluster with { Kernel = null }));
        yield return ("memory", Logit(app, change, cluster with { MemoryGb = null }));
        yield return ("network", Logit(app, change, cluster with { Network = null }));
    }

    private double Logit(string app, ChangeProfile change, ClusterProfile cluster)
    {
        var p = model.Begin(app, change, [cluster]).PFailure(cluster.Name);
        return Math.Log(p / (1 - p));
    }
}
