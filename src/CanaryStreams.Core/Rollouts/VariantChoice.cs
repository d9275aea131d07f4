using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Rollouts;

/// <summary>Which of the variants of a canary is promoted where none is proven to be the best.</summary>
internal static class VariantChoice
{
    /// <summary>
    /// The variant whose worst metric in any cluster of the wave is the least bad, each effect measured in its own
    /// minEffect in the direction that is worse; variants that are anomalous or silent anywhere last. Variants whose 95 %
    /// intervals reach the best one's are alike, and the first of them in the order of the request is taken: the largest
    /// of several estimates is mostly noise; the policy may ask for the best one nevertheless. At least one must run.
    /// </summary>
    public static VariantSelected ByTie(RolloutState state, DateTimeOffset time, IReadOnlyList<Signal> signals)
    {
        var wave = state.Wave!;
        var judged = state
            .RunningVariants.Select(variant => (Variant: variant, Worst: WorstOf(state, wave, variant, signals)))
            .ToList();
        var best = judged.MinBy(v => v.Worst?.Effect ?? double.PositiveInfinity);
        var alike = judged.Where(v => v.Worst is { } worst && worst.Lower <= best.Worst?.Upper).ToList();
        var seen =
            alike.Count > 1 ? $"no difference seen between {string.Join(", ", alike.Select(v => v.Variant))}; " : "";
        var shown = string.Join(", ", judged.Select(v => $"{v.Variant} {Shown(v.Worst)}"));
        return new VariantSelected(
            time,
            alike.Count > 1 && state.Policy!.Tie != VariantTie.LeastHarm ? alike[0].Variant : best.Variant,
            $"{seen}worst effect in units of minEffect: {shown}",
            judged.Count > 1 ? VariantBasis.Tie : null
        );
    }

    private static Harm? WorstOf(RolloutState state, Wave wave, string variant, IReadOnlyList<Signal> signals)
    {
        var own = signals.Where(s => wave.Has(s.Cluster) && s.Variant == variant && s.Evidence is not null).ToList();
        var isSilent = wave.Clusters.Any(cluster => !own.Exists(s => s.Cluster == cluster.Name));
        if (isSilent || own.Any(s => s.Evidence!.IsAnomaly))
            return null;
        var harms = own.Select(s => InMinEffects(s, state.Policy!)).ToList();
        return new Harm(harms.Max(h => h.Effect), harms.Max(h => h.Lower), harms.Max(h => h.Upper));
    }

    /// <summary>An effect that nobody could estimate yet is 0, and may be anything.</summary>
    private static Harm InMinEffects(Signal signal, Policy policy)
    {
        var e = signal.Evidence!;
        if (!double.IsFinite(e.Effect) || policy.Metrics.FirstOrDefault(m => m.Name == signal.Metric) is not { } metric)
            return new Harm(0, double.NegativeInfinity, double.PositiveInfinity);
        var lower = double.IsNaN(e.EffectLower) ? double.NegativeInfinity : e.EffectLower;
        var upper = double.IsNaN(e.EffectUpper) ? double.PositiveInfinity : e.EffectUpper;
        var harm = metric.Worse switch
        {
            Worse.Up => new Harm(e.Effect, lower, upper),
            Worse.Down => new Harm(-e.Effect, -upper, -lower),
            _ => new Harm(
                Math.Abs(e.Effect),
                Math.Max(0, Math.Max(lower, -upper)),
                Math.Max(Math.Abs(lower), Math.Abs(upper))
            ),
        };
        var size = metric.MinEffect.Size;
        return new Harm(harm.Effect / size, harm.Lower / size, harm.Upper / size);
    }

    private static string Shown(Harm? worst) => worst is { } harm ? $"{harm.Effect:0.##}" : "unknown or anomalous";

    /// <summary>An effect with its 95 % interval; larger is worse.</summary>
    private readonly record struct Harm(double Effect, double Lower, double Upper);
}
