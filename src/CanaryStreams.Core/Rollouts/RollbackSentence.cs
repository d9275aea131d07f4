using CanaryStreams.Core.Policies;

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
            + $"{Effect(e, state.Policy!)}{since}, e-value {EValue(e.EValue)} against {EValue(e.EThreshold)}, "
            + $"P(sustained) {e.PSustained:0.00} against {e.PThreshold:0.00}{more}";
    }

    private static string Effect(RollbackEvidence e, Policy policy)
    {
        var metric = policy.Metrics.FirstOrDefault(m => m.Name == e.Metric);
        var (scale, unit) = metric switch
        {
            { MinEffect.Relative: true } => (100, " %"),
            { Kind: not MetricKind.Ratio } => (1, ""),
            _ => (100, " points"),
        };
        var (side, low, high) =
            e.Effect < 0 ? ("below", -e.EffectUpper, -e.EffectLower) : ("above", e.EffectLower, e.EffectUpper);
        return $"{Number(Math.Abs(e.Effect) * scale)}{unit} {side} stable "
            + $"(95 % interval {Number(low * scale)}…{Number(high * scale)})";
    }

    private static string Number(double value) => double.IsFinite(value) ? $"{value:0.##}" : "unknown";

    private static string EValue(double value) => value < 10_000 ? $"{value:0.#}" : $"{value:0.0e0}";
}
