using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Planning;

/// <summary>
/// Predicts the risk that a rollout is planned by. Pure, since a replay asks again: the same question has to get the same
/// answer.
/// </summary>
public interface IImpact
{
    /// <summary>Which rule or model it is, with its version; the plan names it, and <see cref="RiskScale.Of"/> says what its numbers mean.</summary>
    string Version { get; }

    /// <summary>Before the first command.</summary>
    ImpactAssessment Assess(RolloutRequest request);

    /// <summary>
    /// What the clusters that have the version already make of the risk in all of them. Asked when a wave is finished, and when a
    /// cluster has failed and others may go on.
    /// </summary>
    /// <returns>Null where it has nothing to say.</returns>
    RevisedBelief? Revise(RolloutState state);

    /// <summary>Who plans a rollout that is requested at that time: itself, unless models take turns.</summary>
    IImpact At(DateTimeOffset time) => this;

    /// <summary>Who may revise a plan: itself, unless models take turns. Null where whoever made the plan isn't known any more.</summary>
    IImpact? Behind(RolloutPlan plan) => this;
}

/// <param name="ChangeRisk">Of the change alone, 0..1.</param>
/// <param name="Clusters">All of the request, in its order.</param>
public sealed record ImpactAssessment(double ChangeRisk, IReadOnlyList<ClusterRisk> Clusters);

/// <param name="Risk">Of the change in this cluster, 0..1.</param>
/// <param name="Because">What the risk comes from, in words.</param>
/// <param name="Impact">Null where nothing but the risk is predicted.</param>
public sealed record ClusterRisk(string Name, double Risk, string Because, PredictedImpact? Impact = null);

/// <param name="Model">Which rule or model says so, with its version.</param>
/// <param name="Reason">A sentence: what was seen, and what it changes.</param>
/// <param name="Risks">By cluster, 0..1; one that isn't named keeps the risk that it has.</param>
public sealed record RevisedBelief(string Model, string Reason, IReadOnlyDictionary<string, double> Risks);
