using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Rollouts;

/// <summary>Which of the variants of a canary is promoted.</summary>
internal static class VariantChoice
{
    /// <summary>
    /// The variant whose worst metric is the least bad, each effect measured in its own minEffect in the direction that
    /// is worse; anomalous variants last, ties in the order of the request. At least one variant must be requested.
    /// </summary>
    public static (string Variant, string Reason) Best(
        RolloutState state,
        string cluster,
        IReadOnlyList<Signal> signals
    )
    {
        var judged = state
            .Request!.Variants.Select(variant => (Variant: variant, Worst: WorstOf(state, cluster, variant, signals)))
            .ToList();
        var best = judged.MinBy(v => v.Worst);
        var shown = string.Join(", ", judged.Select(v => $"{v.Variant} {Shown(v.Worst)}"));
        return (best.Variant, $"worst effect in units of minEffect: {shown}");
    }

    private static double WorstOf(RolloutState state, string cluster, string variant, IReadOnlyList<Signal> signals)
    {
        var own = signals.Where(s => s.Cluster == cluster && s.Variant == variant && s.Evidence is not null).ToList();
        if (own.Count == 0 || own.Any(s => s.Evidence!.IsAnomaly))
            return double.PositiveInfinity;
        return own.Max(s => InMinEffects(s, state.Policy!));
    }

    private static double InMinEffects(Signal signal, Policy policy)
    {
        var effect = signal.Evidence!.Effect;
        if (!double.IsFinite(effect) || policy.Metrics.FirstOrDefault(m => m.Name == signal.Metric) is not { } metric)
            return 0;
        var worse = metric.Worse switch
        {
            Worse.Up => effect,
            Worse.Down => -effect,
            _ => Math.Abs(effect),
        };
        return worse / metric.MinEffect.Size;
    }

    private static string Shown(double worst) => double.IsFinite(worst) ? $"{worst:0.##}" : "unknown or anomalous";
}
