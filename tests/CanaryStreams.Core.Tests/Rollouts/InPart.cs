using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>Rollouts in which a cluster fails and others go on.</summary>
internal static class InPart
{
    public static readonly Policy Cluster = Given.Policy with { Blast = BlastRule.Cluster };

    public static Given UntilEnd(Given given)
    {
        for (var minute = 0; minute < 300 && given.State.IsActive; minute++)
            given.Acked().Healthy();
        return given;
    }

    /// <summary>A bucket in which nothing is heard of others.</summary>
    public static Given Harmed(Given given, params string[] clusters) =>
        given.Bucket(1, [.. clusters.SelectMany(cluster => Given.Pair(cluster, Given.Anomalous, 0.9))]);

    public static ClusterState Of(Given given, string name) => given.State.Clusters.Single(c => c.Name == name);

    public static IEnumerable<string> Said(Given given) =>
        given.Commands.Select(c => $"{c.Cluster} {c.Command} {c.WeightPct}");
}
