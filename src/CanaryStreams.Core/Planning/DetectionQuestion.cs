using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Planning;

/// <summary>Whether and when a change of a ratio would be seen. One canary against stable beside it, in one cluster.</summary>
public sealed record DetectionQuestion
{
    /// <summary>A ratio.</summary>
    public required MetricPolicy Metric { get; init; }

    /// <summary>Stable's usual rate, in [0,1].</summary>
    public required double From { get; init; }

    /// <summary>The canary's rate from its first minute on, in [0,1].</summary>
    public required double To { get; init; }

    /// <summary>Trials a minute of stable, beside the canary; ≥ 0.</summary>
    public required double StablePerMinute { get; init; }

    /// <summary>Trials a minute of the canary; ≥ 0.</summary>
    public required double CanaryPerMinute { get; init; }

    /// <summary>The metric's share of the budget for false rollbacks, in (0,1).</summary>
    public required double BudgetShare { get; init; }

    /// <summary>How long stable's past is known when the canary starts.</summary>
    public TimeSpan History { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Length of a bucket.</summary>
    public TimeSpan Bucket { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The policy's horizon.</summary>
    public TimeSpan Horizon { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How far it is looked ahead.</summary>
    public required TimeSpan Within { get; init; }

    /// <summary>Steps that the time is divided into where buckets are shorter: how fine the answer is, and what it costs.</summary>
    public int StepsMax { get; init; } = StepsMaxDefault;

    public const int StepsMaxDefault = 60;

    /// <summary>Of a canary at a weight, by the time that the policy gives a step.</summary>
    /// <param name="past">Stable's, of the metric.</param>
    /// <param name="to">The canary's rate, in [0,1].</param>
    /// <param name="variants">Variants that share the weight; at least 1.</param>
    /// <param name="share">The metric's share of the budget for false rollbacks, in (0,1).</param>
    public static DetectionQuestion Of(
        Policy policy,
        MetricPolicy metric,
        StableBaseline past,
        double to,
        int weightPct,
        int variants,
        double share
    ) =>
        new()
        {
            Metric = metric,
            From = past.Rate,
            To = to,
            StablePerMinute = past.PerMinute * (100 - weightPct) / 100,
            CanaryPerMinute = past.PerMinute * weightPct / 100 / variants,
            BudgetShare = share,
            History = TimeSpan.FromMinutes(past.Minutes),
            Bucket = TimeSpan.FromSeconds(past.BucketSeconds),
            Horizon = policy.Horizon,
            Within = policy.DecideBy,
        };
}
