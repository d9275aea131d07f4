using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Evidence;

/// <summary>
/// How the probability of naming a winner among variants that are alike is spent: half of the policy's false-rollback
/// budget α, beside it and not out of it, because a winner by chance harms nobody. Half, since one that is rolled back by
/// chance leaves a winner too.
/// </summary>
/// <remarks>
/// A winner has to beat each other variant. Where several are the best alike, one that wins must have beaten another of them,
/// and so must one that is worse; each variant's chance of that is at most what its processes against a single rival spend.
/// So by the union bound it is divided over metrics × variants, not over metrics × pairs. Metrics and synthetic transactions
/// share as in <see cref="Budget"/>. The maximum over metrics is compared, not the mean: the mean of e-values is never slower by
/// more than the weight that it saves, and couldn't say which metric decided.
/// </remarks>
internal sealed class VariantBudget(RolloutRequest request, Policy policy)
{
    private readonly Budget _budget = new(
        policy.FalseRollbackBudget / 2,
        policy.Metrics.Count(metric => metric.Worse != Worse.Both),
        clusters: 1,
        request.Variants.Count,
        policy.SyntheticRollsBack
    );

    /// <summary>Of each metric in each direction of each pair.</summary>
    public double MetricShare => _budget.MetricShare;

    /// <summary>The same of the k-th synthetic transaction.</summary>
    /// <param name="ordinal">k ≥ 1, in the order in which they are first seen.</param>
    public double SyntheticShare(int ordinal) => _budget.SyntheticShare(ordinal) / request.Variants.Count;
}
