using System.Collections.Immutable;

namespace CanaryStreams.Core.Planning.Champions;

/// <summary>
/// A rollout with the plans that others would have made for it, each made before anything of it was known.
/// </summary>
/// <param name="RequestedMs">Unix milliseconds of event time.</param>
/// <param name="Made">The plan that it goes by.</param>
/// <param name="Shadows">The prior's, where no model plans, and the challengers'; each plan names its model.</param>
/// <param name="IsEnded">What is known of it now won't change, unless somebody reports an outcome.</param>
/// <param name="Noted">By cluster the largest P(sustained) of an anomaly; empty before the end.</param>
public sealed record ShadowedRollout(
    string Rollout,
    long RequestedMs,
    ShadowPlan Made,
    IReadOnlyList<ShadowPlan> Shadows,
    bool IsEnded,
    ImmutableSortedDictionary<string, double> Noted
)
{
    /// <summary>The plan that a model made or would have made; null where it wasn't asked.</summary>
    public ShadowPlan? By(string model) =>
        Made.Model == model ? Made : Shadows.FirstOrDefault(plan => plan.Model == model);
}
