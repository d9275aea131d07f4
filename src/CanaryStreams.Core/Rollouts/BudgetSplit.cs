using System.Text.Json.Serialization;
using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Rollouts;

/// <summary>How a rollout's false-rollback budget is divided, journalled before anything is seen. All are probabilities.</summary>
/// <param name="Total">The policy's budget.</param>
/// <param name="Processes">Metrics × clusters × variants that can roll back.</param>
/// <param name="Share">What each of them gets.</param>
/// <param name="Synthetic">What all synthetic transactions share.</param>
/// <param name="Watch">What each metric of each cluster gets after the promotion; null where nothing is watched.</param>
public sealed record BudgetSplit(
    double Total,
    int Processes,
    double Share,
    double Synthetic,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Watch = null
)
{
    public static BudgetSplit Of(RolloutRequest request, Policy policy)
    {
        var budget = Budget.Of(request, policy);
        return new BudgetSplit(
            policy.FalseRollbackBudget,
            policy.Metrics.Count * request.Clusters.Count * Math.Max(1, request.Variants.Count),
            budget.MetricShare,
            budget.Synthetic,
            policy.Watch is null ? null : budget.WatchShare
        );
    }
}

/// <summary>What a rollback cost of the budget. All are probabilities.</summary>
/// <param name="Total">The policy's budget.</param>
/// <param name="Share">Share of the process that decided; by it the guarantee holds, whatever was seen.</param>
/// <param name="Chance">1 / e-value: a healthy canary shows as much at any time of its life with at most this probability.</param>
public sealed record BudgetSpent(double Total, double Share, double Chance);
