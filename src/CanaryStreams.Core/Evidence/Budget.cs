using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Evidence;

/// <summary>
/// The written rule by which a policy's false-rollback budget α is spent. By Ville's inequality a process that may be
/// looked at for ever and rolls back at ln E ≥ ln(1/share) does so on a healthy canary with probability ≤ share; by the
/// union bound a rollout's probability is at most the sum of its shares. So: every process that can roll back gets a
/// share before it sees data, and all shares together are ≤ α. Where a fleet has taught what healthy rollouts really reach, thresholds
/// lie lower within bounds and the same shares are of that (<see cref="Learning.ThresholdRelief"/>).
/// <para>
/// Metrics get 4/5 of α (all of it where synthetic transactions can't roll back), in equal parts over
/// metrics × clusters × variants. Synthetic transactions, whose number isn't known ahead, get the other 1/5: the k-th
/// one seen (k = 1, 2, …) gets 6/(π²k²) of it, and Σ 6/(π²k²) = 1.
/// </para>
/// <para>
/// A rollout that is watched after its promotion pays for it out of the same α: the watch gets 1/4, in equal parts over
/// metrics × clusters, and the canaries share what is left. The watch looks long and its threshold costs little time; the
/// canaries' thresholds move by ln 4/3 only.
/// </para>
/// </summary>
public sealed record Budget
{
    private const double SyntheticPart = 0.2;
    private const double WatchPart = 0.25;

    /// <exception cref="ArgumentOutOfRangeException">α outside (0,1), or a negative number of metrics, clusters or variants.</exception>
    public Budget(double falseRollbackBudget, int metrics, int clusters, int variants, bool syntheticRollsBack)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(falseRollbackBudget);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(falseRollbackBudget, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(metrics);
        ArgumentOutOfRangeException.ThrowIfNegative(clusters);
        ArgumentOutOfRangeException.ThrowIfNegative(variants);
        var processes = Math.Max(1, metrics) * (double)Math.Max(1, clusters) * Math.Max(1, variants);
        Synthetic = syntheticRollsBack ? SyntheticPart * falseRollbackBudget : 0;
        MetricShare = (falseRollbackBudget - Synthetic) / processes;
    }

    /// <summary>The budget of a rollout, divided over what it was requested for.</summary>
    public static Budget Of(RolloutRequest request, Policy policy)
    {
        var watch = policy.Watch is null ? 0 : WatchPart * policy.FalseRollbackBudget;
        var (metrics, clusters) = (policy.Metrics.Count, request.Clusters.Count);
        return new Budget(
            policy.FalseRollbackBudget - watch,
            metrics,
            clusters,
            request.Variants.Count,
            policy.SyntheticRollsBack
        )
        {
            WatchShare = watch / (Math.Max(1, metrics) * (double)Math.Max(1, clusters)),
        };
    }

    /// <summary>Share of each metric in each cluster after the promotion; 0 where nothing is watched.</summary>
    public double WatchShare { get; private init; }

    /// <summary>Share of each metric in each cluster and variant.</summary>
    public double MetricShare { get; }

    /// <summary>What all synthetic transactions share.</summary>
    public double Synthetic { get; }

    /// <summary>Share of the k-th process of synthetic pairs (a transaction in a cluster and variant) of the rollout.</summary>
    /// <param name="ordinal">k ≥ 1, in the order in which they are first seen.</param>
    public double SyntheticShare(int ordinal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ordinal, 1);
        return Synthetic * 6 / (Math.PI * Math.PI * ordinal * ordinal);
    }
}
