using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>A small change over four clusters: one, then us-1 and ap-1 together, then the last.</summary>
internal static class TwoTogether
{
    public static readonly string[] Clusters = ["eu-1", "us-1", "ap-1", "eu-2"];
    public static readonly ChangeProfile Small = new() { Lines = 10 };

    /// <summary>The second wave's first step is commanded.</summary>
    public static Given InSecondWave(Policy? policy = null)
    {
        var given = Given.Requested(policy, Clusters, change: Small);
        while (given.CurrentCluster == "eu-1")
            given.Acked().Healthy();
        return given;
    }

    /// <summary>The second wave's first step has begun.</summary>
    public static Given Baking(Policy? policy = null) => InSecondWave(policy).Acked();

    /// <summary>Only what is pending in this cluster is applied.</summary>
    public static Given Acked(Given given, string cluster)
    {
        foreach (var pending in given.State.Pending.Where(pending => pending.Command.Cluster == cluster))
            given.When(new ReceiveAck(given.Now, Given.Ack(pending.Command)));
        return given;
    }

    public static Given Bucket(Given given, params Signal[][] clusters) =>
        given.Bucket(1, [.. clusters.SelectMany(signals => signals)]);

    /// <summary>Nothing is heard of the canary while stable speaks.</summary>
    public static Signal[] Silent(string cluster) =>
        [Given.Stable(cluster), Given.Canary(cluster, quality: SignalQuality.Missing)];
}
