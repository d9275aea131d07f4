using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Evidence;

/// <summary>Makes the evidence process that fits a metric and what is known of its stable side.</summary>
public static class MetricEvidenceFactory
{
    /// <summary>From here on the logarithm of a bucket's count is normal enough for <see cref="LevelEvidence"/>.</summary>
    private const double EventsForLevel = 60;

    /// <param name="stableHistory">Stable's buckets before the canary, oldest first, empty ones included; may be none.</param>
    /// <param name="budgetShare">This process's share of the false-rollback budget (<see cref="Budget"/>), in (0,1).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="budgetShare"/> outside (0,1).</exception>
    public static IMetricEvidence Create(
        MetricPolicy policy,
        IReadOnlyList<Arm> stableHistory,
        double budgetShare,
        EvidenceSettings settings
    ) => Create(policy, stableHistory, budgetShare, settings, MetricKnowledge.Nothing);

    /// <param name="knowledge">What the fleet teaches of this metric.</param>
    internal static IMetricEvidence Create(
        MetricPolicy policy,
        IReadOnlyList<Arm> stableHistory,
        double budgetShare,
        EvidenceSettings settings,
        MetricKnowledge knowledge
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(budgetShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(budgetShare, 1);
        // Which process a busy ratio needs depends on the canary's part of the traffic, which its first buckets tell; the
        // very first is seldom a whole one.
        var isBusy =
            policy.Kind == MetricKind.Ratio
            && !IsMostlyTrue(stableHistory)
            && HasManyEvents(RatioBaseline.Learn(stableHistory, false, settings), []);
        if (IsKnown(policy, stableHistory, []) && !isBusy)
            return Create(policy, stableHistory, [], budgetShare, settings, knowledge);
        Arm[] past = [.. stableHistory.Where(arm => !arm.IsEmpty)];
        return new DeferredEvidence(new EvidenceOrder(policy, past, isBusy, budgetShare, settings, knowledge));
    }

    /// <summary>Makes the evidence from the last buckets of both arms; null while they are too few.</summary>
    internal static IMetricEvidence? TryCreate(EvidenceOrder order, IReadOnlyList<ArmsBucket> first) =>
        IsKnown(order.Policy, order.Past, first) && (!order.IsBusy || first.Count >= 2)
            ? Create(
                order.Policy,
                [.. order.Past, .. first.Select(bucket => bucket.Stable)],
                [.. first.Select(bucket => bucket.Canary)],
                order.BudgetShare,
                order.Settings,
                order.Knowledge
            )
            : null;

    /// <summary>The blips of stable's own history, as the evidence of this metric sees them.</summary>
    public static BlipProfile LearnBlips(
        MetricPolicy policy,
        IReadOnlyList<Arm> stableHistory,
        EvidenceSettings settings
    )
    {
        if (policy.Kind == MetricKind.Ratio)
            return RatioBaseline.Learn(stableHistory, IsMostlyTrue(stableHistory), settings).Blips;
        if (stableHistory.All(arm => arm.IsEmpty))
            return BlipProfile.Learn([], settings);
        return LevelArms.Learn(policy, policy.Worse != Worse.Down, stableHistory, [], settings).Noise.Blips;
    }

    /// <summary>
    /// Whether there are buckets enough to tell a level by, and a value other than zero where minEffect is relative.
    /// </summary>
    private static bool IsKnown(MetricPolicy policy, IReadOnlyList<Arm> stable, IReadOnlyList<ArmsBucket> first)
    {
        var buckets = first.Count;
        var moved = policy.Kind == MetricKind.Ratio || !policy.MinEffect.Relative;
        for (var i = 0; i < stable.Count; i++)
        {
            buckets += stable[i].IsEmpty ? 0 : 1;
            moved |= !stable[i].IsEmpty && stable[i].Mean != 0;
        }
        for (var i = 0; i < first.Count; i++)
            moved |= first[i].Stable.Mean != 0 || first[i].Canary.Mean != 0;
        return moved && buckets >= (policy.Kind == MetricKind.Ratio ? 1 : DeferredEvidence.Kept);
    }

    private static IMetricEvidence Create(
        MetricPolicy policy,
        IReadOnlyList<Arm> stable,
        IReadOnlyList<Arm> canary,
        double share,
        EvidenceSettings settings,
        MetricKnowledge knowledge
    ) =>
        policy.Worse switch
        {
            Worse.Up => OneSided(policy, true, stable, canary, share, settings, knowledge),
            Worse.Down => OneSided(policy, false, stable, canary, share, settings, knowledge),
            _ => new TwoSidedEvidence(
                OneSided(policy, true, stable, canary, share / 2, settings, knowledge),
                OneSided(policy, false, stable, canary, share / 2, settings, knowledge)
            ),
        };

    private static IMetricEvidence OneSided(
        MetricPolicy policy,
        bool rising,
        IReadOnlyList<Arm> history,
        IReadOnlyList<Arm> canary,
        double share,
        EvidenceSettings settings,
        MetricKnowledge knowledge
    )
    {
        if (policy.Kind != MetricKind.Ratio)
            return new LevelEvidence(policy, rising, history, canary, share, settings, knowledge);
        var complement = IsMostlyTrue(history);
        var baseline = RatioBaseline.Learn(history, complement, settings);
        return !complement && HasManyEvents(baseline, canary)
            ? new LevelEvidence(policy, rising, history, canary, share, settings, knowledge)
            : new RatioEvidence(baseline, policy.MinEffect, rising, complement, share, settings, knowledge);
    }

    /// <summary>Whether both arms have events enough in a bucket.</summary>
    /// <param name="canary">The canary's first buckets; none: it may have.</param>
    private static bool HasManyEvents(RatioBaseline baseline, IReadOnlyList<Arm> canary)
    {
        var rate = baseline.Events / Math.Max(baseline.Trials, 1);
        return baseline.EventsPerBucket >= EventsForLevel
            && canary.Where(arm => !arm.IsEmpty).Select(arm => arm.Count * rate).DefaultIfEmpty(EventsForLevel).Max()
                >= EventsForLevel;
    }

    internal static bool IsMostlyTrue(IReadOnlyList<Arm> history)
    {
        var (events, trials) = (0.0, 0.0);
        foreach (var arm in history)
        {
            events += RatioBaseline.EventsOf(arm, false);
            trials += arm.Count;
        }
        return events > trials / 2;
    }
}
