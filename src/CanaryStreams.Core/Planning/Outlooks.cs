using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Planning;

/// <summary>Says before a canary starts what its first step can see, and how soon.</summary>
public static class Outlooks
{
    /// <summary>Pairs a minute that are reckoned with where none run yet: one every twelve seconds.</summary>
    public const double PairsPerMinuteAssumed = 5;

    private const int StepsOfSmall = 30;

    /// <param name="plan">Of the cluster; its first canary step is looked at.</param>
    /// <param name="ratios">Stable's past of the metrics, by name; those that are no ratio of the policy are left out.</param>
    /// <param name="pairsPerMinute">Synthetic runs a minute on stable; 0 where there are none.</param>
    /// <param name="budget">How the policy's budget is shared out for this rollout.</param>
    /// <param name="variants">Variants that share the canary's weight; at least 1.</param>
    public static Outlook Of(
        Policy policy,
        ClusterPlan plan,
        IReadOnlyDictionary<string, StableBaseline> ratios,
        double pairsPerMinute,
        Budget budget,
        int variants
    )
    {
        var (first, largest) = (plan.CanarySteps[0], plan.CanarySteps[^1]);
        var metrics = policy
            .Metrics.Where(metric => metric.Kind == MetricKind.Ratio && ratios.ContainsKey(metric.Name))
            .Select(metric => OfMetric(metric, ratios[metric.Name]))
            .ToList();
        var bucket = ratios.Count == 0 ? TimeSpan.FromMinutes(1) : BucketOf(ratios.Values.First());
        return new Outlook(
            plan.Name,
            first,
            largest,
            policy.DecideBy.TotalMinutes,
            metrics,
            policy.SyntheticRollsBack ? OfSynthetic(policy, pairsPerMinute, bucket, budget.SyntheticShare(1)) : null
        );

        MetricOutlook OfMetric(MetricPolicy metric, StableBaseline stable)
        {
            var (grave, small) = (AskedEffect.Grave(metric, stable.Rate), AskedEffect.Small(metric, stable.Rate));
            var minutes = MinutesAt(metric, stable, grave, first, DetectionQuestion.StepsMaxDefault);
            // What a small one takes is long, or too long: half as fine will do.
            return minutes is null
                ? new MetricOutlook(
                    metric.Name,
                    stable.PerMinute,
                    new EffectOutlook(
                        stable.Rate,
                        grave,
                        null,
                        largest == first ? null : AtLargest(metric, stable, grave)
                    ),
                    Small: null
                )
                : new MetricOutlook(
                    metric.Name,
                    stable.PerMinute,
                    new EffectOutlook(stable.Rate, grave, minutes, null),
                    new EffectOutlook(stable.Rate, small, MinutesAt(metric, stable, small, first, StepsOfSmall), null)
                );
        }

        double? AtLargest(MetricPolicy metric, StableBaseline stable, double to) =>
            MinutesAt(metric, stable, to, largest, DetectionQuestion.StepsMaxDefault);

        double? MinutesAt(MetricPolicy metric, StableBaseline stable, double to, int weightPct, int steps) =>
            DetectionForecast.OfRatio(
                DetectionQuestion.Of(policy, metric, stable, to, weightPct, variants, budget.MetricShare) with
                {
                    StepsMax = steps,
                }
            );
    }

    private static SyntheticOutlook OfSynthetic(Policy policy, double perMinute, TimeSpan bucket, double share)
    {
        var pairs = perMinute > 0 ? perMinute : PairsPerMinuteAssumed;
        var failing = AskedEffect.FailingPairs(policy);
        var minutes = DetectionForecast.OfPairs(policy, pairs, failing, share, bucket);
        return new SyntheticOutlook(pairs, perMinute > 0, failing, minutes);
    }

    private static TimeSpan BucketOf(StableBaseline stable) => TimeSpan.FromSeconds(stable.BucketSeconds);
}
