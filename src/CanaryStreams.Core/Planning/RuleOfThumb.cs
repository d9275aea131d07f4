using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Planning;

/// <summary><see cref="RiskRule"/> for whoever plans by it: it learns nothing, before a rollout or in it.</summary>
public sealed class RuleOfThumb : IImpact
{
    private RuleOfThumb() { }

    public static RuleOfThumb Instance { get; } = new();

    public string Version => RiskRule.Name;

    public ImpactAssessment Assess(RolloutRequest request)
    {
        var change = RiskRule.OfChange(request.Change);
        return new ImpactAssessment(
            change,
            [
                .. request.Clusters.Select(cluster => new ClusterRisk(
                    cluster.Name,
                    RiskRule.Combined(change, RiskRule.OfCluster(cluster)),
                    $"change {change:0.00}, {Load(cluster)}, {Instances(cluster)}"
                )),
            ]
        );
    }

    public RevisedBelief? Revise(RolloutState state) => null;

    private static string Load(ClusterProfile cluster) =>
        cluster.LoadPct is { } pct ? $"{pct:0.#} % load" : "unknown load";

    private static string Instances(ClusterProfile cluster) =>
        cluster.Instances is { } count ? $"{count} instances" : "an unknown number of instances";
}
