namespace CanaryStreams.Core.Rollouts;

/// <summary>Says why a version was rolled back, to a person who was just woken up.</summary>
internal static class RollbackSentence
{
    /// <param name="harmful">At least one; the deciding one first.</param>
    public static string Of(RolloutState state, IReadOnlyList<RollbackEvidence> harmful)
    {
        var e = harmful[0];
        var variant = e.Variant is { } name ? $" (variant {name})" : "";
        var since = e.Onset is { } onset ? $" since {onset.ToUniversalTime():HH:mm}" : "";
        var more = harmful.Count == 1 ? "" : $"; {harmful.Count - 1} other signal(s) are over their thresholds too";
        return $"{state.Request!.App} {state.Request.Version} rolled back in {e.Cluster}{variant}: {e.Metric} is "
            + $"{Figures.Effect(e.Metric, e.Effect, e.EffectLower, e.EffectUpper, state.Policy!)}{since}, "
            + $"e-value {Figures.EValue(e.EValue)} against {Figures.EValue(e.EThreshold)}, "
            + $"P(sustained) {e.PSustained:0.00} against {e.PThreshold:0.00}{more}";
    }
}
