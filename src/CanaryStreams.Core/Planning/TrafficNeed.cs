using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Planning;

/// <summary>What a policy can see where no application is known yet: at rates that are usual for its metrics.</summary>
public static class TrafficNeed
{
    /// <summary>Trials a minute beyond which nobody is asked to go.</summary>
    public const double PerMinuteMost = 1_000_000;

    private const int Halvings = 12;
    private const double Precision = 1.1;

    /// <summary>
    /// A rate that goes with the metric's minEffect: half of it where rising is worse (0.1 % for 0.002), ten times it where
    /// falling is (2 %); 1 % and 10 % where it is relative.
    /// </summary>
    public static double UsualRate(MetricPolicy metric)
    {
        var isFalling = metric.Worse == Worse.Down;
        return metric.MinEffect.Relative ? (isFalling ? 0.1 : 0.01)
            : isFalling ? Math.Min(0.5, 10 * metric.MinEffect.Size)
            : Math.Min(0.5, metric.MinEffect.Size / 2);
    }

    /// <summary>Weights that bake: the policy's, or those that are planned for a change of middling risk.</summary>
    public static ClusterPlan PlanOf(Policy policy)
    {
        const double middling = 0.5;
        var steps = policy.Steps is { Count: > 0 } given ? given : RiskScale.RuleOfThumb.StepsFor(middling);
        return new ClusterPlan("a cluster", middling, steps, Planner.FailureThresholdFor(middling), "");
    }

    /// <summary>The outlook at so many trials a minute in a cluster, without synthetic runs.</summary>
    public static Outlook OutlookAt(Policy policy, double perMinute, TimeSpan bucket)
    {
        var ratios = policy
            .Metrics.Where(metric => metric.Kind == MetricKind.Ratio)
            .ToDictionary(
                metric => metric.Name,
                metric => new StableBaseline(UsualRate(metric), perMinute, 60, bucket.TotalSeconds)
            );
        return Outlooks.Of(policy, PlanOf(policy), ratios, pairsPerMinute: 0, BudgetOf(policy), variants: 1);
    }

    /// <summary>
    /// Trials a minute in a cluster from which the first step sees a grave change of a ratio by <c>decideBy</c>, a tenth
    /// more or less; null where none do.
    /// </summary>
    public static double? PerMinute(Policy policy, MetricPolicy metric, TimeSpan bucket)
    {
        var weight = PlanOf(policy).CanarySteps[0];
        var rate = UsualRate(metric);
        var question = new DetectionQuestion
        {
            Metric = metric,
            From = rate,
            To = AskedEffect.Grave(metric, rate),
            StablePerMinute = 0,
            CanaryPerMinute = 0,
            BudgetShare = BudgetOf(policy).MetricShare,
            Bucket = bucket,
            Horizon = policy.Horizon,
            Within = policy.DecideBy,
        };
        return IsEnough(PerMinuteMost) ? Least() : null;

        double Least()
        {
            var (least, most) = (0.1, PerMinuteMost);
            for (var i = 0; i < Halvings && most / least > Precision; i++)
            {
                var middle = Math.Sqrt(least * most);
                (least, most) = IsEnough(middle) ? (least, middle) : (middle, most);
            }
            return most;
        }

        bool IsEnough(double perMinute) =>
            DetectionForecast.OfRatio(
                question with
                {
                    StablePerMinute = perMinute * (100 - weight) / 100,
                    CanaryPerMinute = perMinute * weight / 100,
                }
            )
                is not null;
    }

    private static Budget BudgetOf(Policy policy) =>
        new(policy.FalseRollbackBudget, policy.Metrics.Count, clusters: 1, variants: 0, policy.SyntheticRollsBack);
}
