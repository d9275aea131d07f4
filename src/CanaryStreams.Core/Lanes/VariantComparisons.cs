using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Lanes;

/// <summary>
/// The comparisons of a rollout's variants with each other: for each metric that the policy names and each synthetic
/// transaction's share of failed runs, in each cluster where two of them run side by side.
/// </summary>
/// <remarks>
/// Runs of a transaction on two variants are no pairs, since each is paired with stable: they are compared as two ratios.
/// </remarks>
internal sealed class VariantComparisons(RolloutRequest request, Policy policy, EvidenceSettings settings)
{
    private readonly VariantBudget _budget = new(request, policy);
    private readonly Dictionary<(string Cluster, string Metric, int First, int Second), VariantEvidence> _pairs = [];
    private readonly List<string> _transactions = [];

    /// <summary>The arms of one cluster and metric in the bucket under way, by the variant's place in the request.</summary>
    private readonly SortedDictionary<int, Arm> _beside = [];

    public void Clear()
    {
        _pairs.Clear();
        _transactions.Clear();
    }

    /// <summary>Takes the next bucket; to be called before its signals are asked for.</summary>
    /// <param name="pasts">Stable's past by the id of its arm.</param>
    public void Observe(AppBucket bucket, IReadOnlyDictionary<int, ArmHistory> pasts)
    {
        var stable = -1;
        for (var i = 0; i < bucket.Arms.Count; i++)
        {
            var arm = bucket.Arms[i];
            if (i > 0 && !IsSamePlace(bucket.Arms[i - 1].Key, arm.Key))
            {
                ObservePlace(bucket, bucket.Arms[i - 1].Key, pasts.GetValueOrDefault(stable));
                stable = -1;
            }
            if (arm.Key.Track == Track.Stable)
                stable = arm.Id;
            else if (PlaceOf(arm.Key) is var place and >= 0)
                _beside[place] = arm.Values;
        }
        if (bucket.Arms.Count > 0)
            ObservePlace(bucket, bucket.Arms[^1].Key, pasts.GetValueOrDefault(stable));
    }

    /// <summary>A variant's series against the others'; null where it is beside none.</summary>
    public IReadOnlyList<SignalVersus>? Of(ArmKey arm)
    {
        var own = PlaceOf(arm);
        List<SignalVersus>? versus = null;
        for (var other = 0; own >= 0 && other < request.Variants.Count; other++)
        {
            if (
                !_pairs.TryGetValue((arm.Cluster, arm.Metric, Math.Min(own, other), Math.Max(own, other)), out var pair)
            )
                continue;
            var reading = own > other ? pair.SecondWorse : pair.FirstWorse;
            (versus ??= []).Add(ToVersus(request.Variants[other], reading));
        }
        return versus;
    }

    private void ObservePlace(AppBucket bucket, ArmKey place, ArmHistory? past)
    {
        if (_beside.Count > 1 && MetricOf(place.Metric) is { } metric)
        {
            Arm[] arms = [.. _beside.Values];
            int[] variants = [.. _beside.Keys];
            for (var second = 1; second < arms.Length; second++)
            for (var first = 0; first < second; first++)
                PairOf((place.Cluster, place.Metric, variants[first], variants[second]), metric, past)
                    .Observe(bucket.EndMs, arms[first], arms[second]);
        }
        _beside.Clear();
    }

    private VariantEvidence PairOf((string, string, int, int) key, MetricPolicy metric, ArmHistory? past)
    {
        if (!_pairs.TryGetValue(key, out var pair))
            _pairs[key] = pair = new VariantEvidence(metric, past?.ToArray() ?? [], ShareOf(key.Item2), settings);
        return pair;
    }

    private double ShareOf(string metric)
    {
        if (SyntheticMetrics.TransactionOf(metric) is not { } transaction)
            return _budget.MetricShare;
        if (!_transactions.Contains(transaction))
            _transactions.Add(transaction);
        return _budget.SyntheticShare(_transactions.IndexOf(transaction) + 1);
    }

    /// <summary>Null where nobody can say which of two values is the better one, or the policy doesn't judge the metric.</summary>
    private MetricPolicy? MetricOf(string name) =>
        SyntheticMetrics.TransactionOf(name) is not null
            ? policy.SyntheticRollsBack
                ? MetricExperience.SyntheticPolicy(policy.SyntheticMinEffect)
                : null
            : policy.Metrics.FirstOrDefault(metric => metric.Name == name && metric.Worse != Worse.Both);

    private int PlaceOf(ArmKey arm)
    {
        if (arm.Track != Track.Canary || arm.CanaryVersion != request.Version || arm.Variant is null)
            return -1;
        for (var i = 0; i < request.Variants.Count; i++)
            if (request.Variants[i] == arm.Variant)
                return i;
        return -1;
    }

    private static bool IsSamePlace(ArmKey one, ArmKey other) =>
        one.Cluster == other.Cluster && one.Metric == other.Metric;

    private static SignalVersus ToVersus(string variant, in EvidenceReading reading) =>
        new(
            variant,
            EValues.Of(reading.LogE),
            SignificantDigits.Round(Math.Exp(reading.LogThreshold)),
            SignificantDigits.Round(reading.Effect),
            SignificantDigits.Round(reading.EffectLower),
            SignificantDigits.Round(reading.EffectUpper),
            reading.WorthIt
        );
}
