using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>What a test makes of the risk of the clusters that haven't begun; null for nothing new.</summary>
public delegate RevisedBelief? RiskBelief(RolloutState state);

/// <summary>The rule of thumb, but that it revises as the test says.</summary>
internal sealed class BelievingImpact(RiskBelief belief) : IImpact
{
    public string Version => RuleOfThumb.Instance.Version;

    public ImpactAssessment Assess(RolloutRequest request) => RuleOfThumb.Instance.Assess(request);

    public RevisedBelief? Revise(RolloutState state) => belief(state);
}
