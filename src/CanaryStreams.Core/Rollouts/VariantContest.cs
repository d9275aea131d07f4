using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Rollouts;

/// <summary>Whether one of the variants that run side by side is proven to be the best: more stable, or as stable and better in the KPIs.</summary>
internal static class VariantContest
{
    /// <summary>Several variants run side by side in the wave of the step, and none is selected.</summary>
    public static bool IsOpen(RolloutState state) =>
        state.Step is { } step && Growth.ComparesVariants(state, step) && state.RunningVariants.Count > 1;

    /// <summary>It is open in the last step, which therefore waits for a winner.</summary>
    public static bool IsWaitedFor(RolloutState state) =>
        IsOpen(state) && state.Step!.Index + 1 == state.Wave!.CanarySteps.Count;

    /// <summary>Nothing but a winner is missing: the step has baked, nothing is held, nothing is wrong with any variant.</summary>
    public static bool IsTied(RolloutState state, DateTimeOffset time, IReadOnlyList<Signal> signals) =>
        IsWaitedFor(state)
        && state.Holds.IsEmpty
        && state.Step!.BakedAt(time) >= state.Policy!.Bake
        && state.Wave is { } wave
        && !state.Anomalies.Any(open => wave.Has(open.Cluster))
        && !signals.Any(s => wave.Has(s.Cluster) && Standings.IsOfCanary(s, state) && Standings.IsSuspicious(s));

    /// <summary>The variant that beats each of the others.</summary>
    /// <returns>Null where there is none.</returns>
    public static VariantSelected? Winner(RolloutState state, DateTimeOffset time, IReadOnlyList<Signal> signals)
    {
        if (!IsOpen(state))
            return null;
        var (running, wave) = (state.RunningVariants, state.Wave!);
        var canaries = signals.Where(s => Standings.IsOfCanary(s, state) && wave.Has(s.Cluster)).ToList();
        foreach (var variant in running)
        {
            var margins = running
                .Where(other => other != variant)
                .Select(other => MarginOver(other, variant, canaries, wave.Clusters.Count, state.Policy!))
                .OfType<VariantMargin>()
                .ToList();
            if (margins.Count == running.Count - 1)
                return Selected(time, variant, margins, state.Policy!);
        }
        return null;
    }

    /// <summary>
    /// Stability goes first: of two variants each of which is worse than the other in something neither wins, and KPIs decide
    /// where stability has shown no difference.
    /// </summary>
    /// <param name="canaries">Signals of the wave's canaries.</param>
    private static VariantMargin? MarginOver(
        string worse,
        string better,
        List<Signal> canaries,
        int clusters,
        Policy policy
    )
    {
        foreach (var kpis in new[] { false, true })
        {
            var decisive = canaries.FindAll(s => policy.IsKpi(s.Metric) == kpis);
            var margin = Strongest(worse, better, kpis, decisive, clusters);
            var isContested = Strongest(better, worse, kpis, decisive, clusters) is not null;
            if (isContested || margin is not null)
                return isContested ? null : margin;
        }
        return null;
    }

    /// <summary>The metric in which it is clearest that one is worse than the other; null where none proves it.</summary>
    private static VariantMargin? Strongest(
        string worse,
        string better,
        bool kpis,
        List<Signal> canaries,
        int clusters
    ) =>
        canaries
            .Where(s => s.Variant == worse)
            .Select(s => (s.Metric, Versus: s.Versus?.FirstOrDefault(v => v.Variant == better)))
            .Where(s => s.Versus is not null)
            .GroupBy(s => s.Metric, s => s.Versus!)
            .Select(metric => MarginIn(metric.Key, [.. metric], worse, kpis, clusters))
            .OfType<VariantMargin>()
            .MaxBy(margin => margin.EValue / margin.EThreshold);

    /// <summary>
    /// The wave's clusters pay for being several by the mean of their e-values, which is one too; a cluster that says nothing
    /// counts as 0.
    /// </summary>
    private static VariantMargin? MarginIn(
        string metric,
        IReadOnlyList<SignalVersus> clusters,
        string over,
        bool isKpi,
        int count
    )
    {
        var clearest = clusters.MaxBy(versus => versus.EValue)!;
        var eValue = clusters.Sum(versus => versus.EValue) / count;
        var threshold = clusters.Max(versus => versus.Threshold);
        return clearest.WorthIt && eValue >= threshold
            ? new VariantMargin(
                over,
                metric,
                isKpi,
                clearest.Effect,
                clearest.EffectLower,
                clearest.EffectUpper,
                eValue,
                threshold
            )
            : null;
    }

    private static VariantSelected Selected(
        DateTimeOffset time,
        string variant,
        IReadOnlyList<VariantMargin> margins,
        Policy policy
    )
    {
        var isStability = margins.All(margin => !margin.IsKpi);
        var shown = margins.Select(m =>
            $"{m.Metric} of {m.Over} differs by "
            + $"{Figures.SignedEffect(m.Metric, m.Effect, m.EffectLower, m.EffectUpper, policy)} from that of {variant}, "
            + $"e-value {Figures.EValue(m.EValue)} against {Figures.EValue(m.EThreshold)}"
        );
        return new VariantSelected(
            time,
            variant,
            $"{(isStability ? "the most stable" : "no less stable and better in the KPIs")}: {string.Join("; ", shown)}",
            isStability ? VariantBasis.Stability : VariantBasis.Kpi,
            margins
        );
    }
}
