using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Planning;

/// <summary>
/// How large a canary has to be so that it isn't undecidable: the evidence itself is asked, weight by weight, whether it would
/// see a grave change in time (<see cref="DetectionForecast"/>).
/// </summary>
public static class CanaryNeeds
{
    /// <summary>A larger share is no canary any more: the smaller part of the users is what stays on stable.</summary>
    public const int MostWeightPct = 50;

    /// <summary>Synthetic runs a minute beyond which nobody is asked to go.</summary>
    public const int MostPairsPerMinute = 120;

    private const int StepsMax = 30;

    /// <param name="ratios">Stable's past of the metrics, by name; those that are no ratio of the policy are left out.</param>
    /// <param name="budget">How the policy's budget is shared out for this rollout.</param>
    /// <param name="variants">Variants that share the canary's weight; at least 1.</param>
    /// <returns>Null where none of the policy's ratios is known.</returns>
    public static CanaryNeed? Of(
        Policy policy,
        string cluster,
        IReadOnlyDictionary<string, StableBaseline> ratios,
        Budget budget,
        int variants
    )
    {
        var known = policy
            .Metrics.Where(metric => metric.Kind == MetricKind.Ratio && ratios.ContainsKey(metric.Name))
            .Select(metric => (metric, past: ratios[metric.Name]))
            .ToList();
        if (known.Count == 0)
            return null;
        var weights = known.ConvertAll(one => LeastWeight(policy, one.metric, one.past, budget.MetricShare, variants));
        var unseen = known.Where((_, i) => weights[i] is null).Select(one => one.metric.Name).ToList();
        return new CanaryNeed(
            cluster,
            known.Min(one => one.past.PerMinute),
            weights.Max(),
            unseen.Count == 0 ? null : unseen,
            unseen.Count == 0 ? null : LeastPairs(policy, BucketOf(known[0].past), budget)
        );
    }

    /// <summary>
    /// What is known before stable has spoken: where the requester says how many requests there are, at rates that are usual
    /// for the metrics.
    /// </summary>
    public static IReadOnlyDictionary<string, CanaryNeed> Expected(RolloutRequest request, Policy policy)
    {
        var (needs, budget) = (new Dictionary<string, CanaryNeed>(), Budget.Of(request, policy));
        foreach (var cluster in request.Clusters)
        {
            if (cluster.RequestsPerMinute is not { } perMinute || policy.Steps is { Count: > 0 })
                continue;
            var ratios = policy.Metrics.ToDictionary(
                metric => metric.Name,
                metric => new StableBaseline(TrafficNeed.UsualRate(metric), perMinute, 60, 60)
            );
            if (Of(policy, cluster.Name, ratios, budget, Math.Max(1, request.Variants.Count)) is { } need)
                needs[cluster.Name] = need;
        }
        return needs;
    }

    /// <summary>What clusters need that go together with the same weights.</summary>
    /// <returns>Null where nothing is known of any, or no canary decides.</returns>
    public static int? Most(IEnumerable<string> clusters, IReadOnlyDictionary<string, CanaryNeed> needs) =>
        clusters.Select(cluster => needs.GetValueOrDefault(cluster)?.LeastWeightPct).Max();

    /// <summary>The smallest one that shows a grave change by <c>decideBy</c>; null where none does.</summary>
    private static int? LeastWeight(Policy policy, MetricPolicy metric, StableBaseline past, double share, int variants)
    {
        var grave = AskedEffect.Grave(metric, past.Rate);
        return Least(MostWeightPct, IsSeen);

        bool IsSeen(int weightPct) =>
            DetectionForecast.OfRatio(Ask(weightPct) with { StepsMax = StepsMax }) is not null;

        DetectionQuestion Ask(int weightPct) =>
            DetectionQuestion.Of(policy, metric, past, grave, weightPct, variants, share);
    }

    private static double? LeastPairs(Policy policy, TimeSpan bucket, Budget budget)
    {
        return policy.SyntheticRollsBack ? Least(MostPairsPerMinute, IsSeen) : null;

        bool IsSeen(int perMinute) =>
            DetectionForecast.OfPairs(
                policy,
                perMinute,
                AskedEffect.FailingPairs(policy),
                budget.SyntheticShare(1),
                bucket
            )
                is not null;
    }

    /// <summary>By bisection, since whoever sees with some sees with more.</summary>
    /// <returns>In 1..<paramref name="most"/>; null where not even that is enough.</returns>
    private static int? Least(int most, Func<int, bool> isSeen)
    {
        if (!isSeen(most))
            return null;
        var (unseen, seen) = (0, most);
        while (seen - unseen > 1)
        {
            var middle = (seen + unseen) / 2;
            (unseen, seen) = isSeen(middle) ? (unseen, middle) : (middle, seen);
        }
        return seen;
    }

    private static TimeSpan BucketOf(StableBaseline past) => TimeSpan.FromSeconds(past.BucketSeconds);
}
