namespace CanaryStreams.Core.Planning.Impact;

/// <summary>How often something was tried and how often it failed.</summary>
public readonly record struct Tally(int Tried, int Failed)
{
    public Tally Plus(bool failed) => new(Tried + 1, Failed + (failed ? 1 : 0));
}

/// <summary>What earlier rollouts say of an application and of a cluster, beside what they say of all.</summary>
/// <param name="App">Rollouts of the application; failed where they failed in any cluster.</param>
/// <param name="AllApps">Rollouts of all applications.</param>
/// <param name="Cluster">Updates that reached the cluster.</param>
/// <param name="AllClusters">Updates that reached any cluster, each cluster counted.</param>
public readonly record struct ImpactHistory(Tally App, Tally AllApps, Tally Cluster, Tally AllClusters)
{
    /// <summary>So many rollouts of the usual rate are believed of an application or cluster before its own.</summary>
    private const double Shrinkage = 4;

    /// <summary>The rate of all is believed to be a tenth until there are rollouts.</summary>
    private const double PriorRate = 0.1;

    /// <summary>Natural logarithm of the application's rate of failures over that of all, both shrunk; 0 where nothing is known.</summary>
    public double AppLogRatio => LogRatio(App, AllApps);

    /// <summary>The same of the cluster.</summary>
    public double ClusterLogRatio => LogRatio(Cluster, AllClusters);

    private static double LogRatio(Tally own, Tally all)
    {
        var usual = (all.Failed + Shrinkage * PriorRate) / (all.Tried + Shrinkage);
        return Math.Log((own.Failed + Shrinkage * usual) / ((own.Tried + Shrinkage) * usual));
    }
}
