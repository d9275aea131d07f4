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
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(budgetShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(budgetShare, 1);
        if (stableHistory.All(arm => arm.IsEmpty))
            return new DeferredEvidence(budgetShare, first => Create(policy, [first], budgetShare, settings));
        return policy.Worse switch
        {
            Worse.Up => OneSided(policy, true, stableHistory, budgetShare, settings),
            Worse.Down => OneSided(policy, false, stableHistory, budgetShare, settings),
            _ => new TwoSidedEvidence(
                OneSided(policy, true, stableHistory, budgetShare / 2, settings),
                OneSided(policy, false, stableHistory, budgetShare / 2, settings)
            ),
        };
    }

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
        var scale = LevelScale.Learn(policy, policy.Worse != Worse.Down, stableHistory);
        return LevelNoise
            .Learn(stableHistory, new LevelReader(policy.Kind, scale, stableHistory), scale, settings)
            .Blips;
    }

    private static IMetricEvidence OneSided(
        MetricPolicy policy,
        bool rising,
        IReadOnlyList<Arm> history,
        double share,
        EvidenceSettings settings
    )
    {
        if (policy.Kind != MetricKind.Ratio)
            return new LevelEvidence(policy, rising, history, share, settings);
        var complement = IsMostlyTrue(history);
        var baseline = RatioBaseline.Learn(history, complement, settings);
        return baseline.EventsPerBucket >= EventsForLevel && !complement
            ? new LevelEvidence(policy, rising, history, share, settings)
            : new RatioEvidence(baseline, policy.MinEffect, rising, complement, share, settings);
    }

    private static bool IsMostlyTrue(IReadOnlyList<Arm> history)
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
