namespace CanaryStreams.Core.Signals;

/// <summary>What the anytime-valid comparison says of a variant's series being worse than the same one of another variant.</summary>
/// <param name="Variant">The other one.</param>
/// <param name="EValue">That this one is worse; ≥ 0, capped at 1e300.</param>
/// <param name="Threshold">e-value from which it counts as evidence: 1 / (this process's share of the variants' budget).</param>
/// <param name="Effect">Estimated difference, this − the other, since the likeliest onset; unit as in <see cref="SignalEvidence"/>, relative to the other variant.</param>
/// <param name="EffectLower">Lower end of a 95 % interval of the effect.</param>
/// <param name="EffectUpper">Upper end of it.</param>
/// <param name="WorthIt">Whether the estimated effect is at least the policy's minEffect in the bad direction.</param>
public sealed record SignalVersus(
    string Variant,
    double EValue,
    double Threshold,
    double Effect,
    double EffectLower,
    double EffectUpper,
    bool WorthIt
);
