using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Evidence;

/// <summary>What an evidence is to be made from once the first buckets of both arms are there.</summary>
/// <param name="Past">Stable's buckets before the canary, oldest first, none of them empty.</param>
/// <param name="IsBusy">A ratio of so many events that the canary's part of the traffic decides on the process.</param>
/// <param name="BudgetShare">Of the false-rollback budget, in (0,1).</param>
/// <param name="Knowledge">What the fleet teaches of the metric.</param>
internal sealed record EvidenceOrder(
    MetricPolicy Policy,
    Arm[] Past,
    bool IsBusy,
    double BudgetShare,
    EvidenceSettings Settings,
    MetricKnowledge Knowledge
);
