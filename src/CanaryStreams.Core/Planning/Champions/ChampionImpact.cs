using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Planning.Champions;

/// <summary>
/// The champions of a registry, each for the rollouts that were requested in its term; before the first, and where its model isn't
/// known, the rule of thumb. A plan is revised by the model that made it alone.
/// </summary>
public sealed class ChampionImpact(ModelRegistry registry) : IImpact
{
    public string Version => Newest.Version;

    private IImpact Newest => At(DateTimeOffset.MaxValue);

    public ImpactAssessment Assess(RolloutRequest request) => Newest.Assess(request);

    public RevisedBelief? Revise(RolloutState state) => Behind(state.Plan!)?.Revise(state);

    public IImpact At(DateTimeOffset time) =>
        Learnt(registry.TermAt(time.ToUnixTimeMilliseconds())?.Version) is { } learnt ? learnt : RuleOfThumb.Instance;

    public IImpact? Behind(RolloutPlan plan) =>
        plan.Model == RuleOfThumb.Instance.Version ? RuleOfThumb.Instance : Learnt(plan.Model);

    private LearntImpact? Learnt(string? version) =>
        version is not null && registry.Models.TryGetValue(version, out var registered)
            ? new LearntImpact(registered.Model)
            : null;
}
