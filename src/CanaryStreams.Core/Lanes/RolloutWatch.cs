using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Lanes;

/// <summary>
/// The comparisons of one rollout: for each metric that the policy names and each synthetic transaction, in each cluster
/// and variant, the evidence so far and the forecast on it. Begins with the request; each comparison with its canary's
/// first bucket.
/// </summary>
internal sealed class RolloutWatch
{
    private readonly Policy _policy;
    private readonly Budget _budget;
    private readonly EvidenceSettings _evidence;
    private readonly long _forgetMs;
    private readonly Dictionary<string, MetricPolicy> _metrics;
    private readonly Dictionary<(string Cluster, string Metric, string? Variant), MetricComparison> _comparisons = [];

    /// <summary>The same by canary: metrics of one are judged beside each other.</summary>
    private readonly Dictionary<(string Cluster, string? Variant), List<MetricComparison>> _canaries = [];
    private readonly Dictionary<(string Cluster, string Transaction, string? Variant), PairComparison> _pairs = [];
    private readonly VariantComparisons? _variants;
    private readonly PromotedClusters? _promoted;

    /// <summary>End of the last bucket in which a variant spoke.</summary>
    private readonly Dictionary<string, long> _heard = [];
    private readonly IFleet _fleet;
    private readonly HashSet<string> _clusters;
    private FleetKnowledge? _fleetThen;
    private Dictionary<string, MetricKnowledge>? _knowledge;
    private long _lastCanaryMs;
    private bool _hasBegun;
    private bool _hasSpoken;
    private bool _isSpeaking;
    private bool _isCancelled;
    private int _bucketsHeard;

    /// <param name="fleet">Asked for what it knew when the rollout was requested, once, when the canary first speaks.</param>
    public RolloutWatch(RolloutRequest request, Policy policy, long sinceMs, StreamSettings settings, IFleet fleet)
    {
        _fleet = fleet;
        Request = request;
        SinceMs = sinceMs;
        _policy = policy;
        _lastCanaryMs = sinceMs;
        _forgetMs = (long)settings.ForgetAfter.TotalMilliseconds;
        _metrics = policy.Metrics.ToDictionary(m => m.Name);
        _clusters = [.. request.Clusters.Select(cluster => cluster.Name)];
        _budget = Budget.Of(request, policy);
        _evidence = new EvidenceSettings
        {
            BucketMs = settings.BucketMs,
            HorizonBuckets = Math.Max(1, (int)(policy.Horizon / settings.Bucket)),
        };
        _promoted = policy.Watch is null
            ? null
            : new PromotedClusters(request, policy, _evidence, _budget.WatchShare, _forgetMs);
        _variants = request.Variants.Count > 1 ? new VariantComparisons(request, policy, _evidence) : null;
    }

    public static long StaleAfterMsDefault { get; } = (long)new Policy().StaleAfter.TotalMilliseconds;

    public RolloutRequest Request { get; }

    /// <summary>Time of the request: buckets that end later belong to the rollout.</summary>
    public long SinceMs { get; }

    public long StaleAfterMs => (long)_policy.StaleAfter.TotalMilliseconds;

    /// <summary>
    /// False while no canary of the rollout has been heard of for long: then it may be over, and nothing is said of it until
    /// its canary speaks again.
    /// </summary>
    public bool IsActive { get; private set; } = true;

    /// <summary>Whether stable's past of a metric is still to be told, for the outlook that is stated once.</summary>
    public bool IsToTellOf(string metric) =>
        _bucketsHeard <= StableBaselines.Told
        && (
            _metrics.TryGetValue(metric, out var named)
                ? named.Kind == MetricKind.Ratio
                : SyntheticMetrics.TransactionOf(metric) is not null
        );

    /// <summary>
    /// A later request of the same version; the evidence so far is kept for as long as the canary that it is about may run.
    /// </summary>
    public RolloutWatch? Successor { get; set; }

    /// <summary>
    /// Whether a later request of the same version may begin anew: this one's canary has gone silent, or never came before
    /// it was cancelled. A request or cancellation that the supervisor refused therefore disturbs nothing.
    /// </summary>
    public bool IsReplaceable => !_isSpeaking && (_hasSpoken || _isCancelled || !IsActive);

    /// <summary>Somebody reported its outcome as bad.</summary>
    public bool IsBad { get; set; }

    /// <summary>What the rollout teaches, now that it is known to be good; null where nothing was compared.</summary>
    public RolloutExperience? Experience(long learntMs)
    {
        MetricExperience[] metrics =
        [
            .. _comparisons
                .Where(comparison => IsKept(comparison.Key.Variant))
                .Select(comparison => (IComparison)comparison.Value)
                .Concat(_pairs.Where(pair => IsKept(pair.Key.Variant)).Select(pair => pair.Value))
                .Select(comparison => comparison.Trail.Take())
                .OfType<MetricExperience>()
                .Take(RolloutExperience.MostMetrics),
        ];
        return metrics.Length == 0 ? null : new RolloutExperience(Request.Rollout, Request.App, learntMs, metrics);
    }

    /// <summary>
    /// Of several variants a kept rollout says only of the one that ran longest that it was good: others may have been taken out.
    /// </summary>
    private bool IsKept(string? variant) =>
        Request.Variants.Count < 2
        || (variant is not null && _heard.GetValueOrDefault(variant) == _heard.Values.DefaultIfEmpty().Max());

    public void Cancel() => _isCancelled = true;

    /// <summary>
    /// Hears whether the canary speaks in a bucket; to be called for each, before anything else. Silence counts from the
    /// first bucket seen, since after a restart the request may be much older than the telemetry that is read again.
    /// </summary>
    public void Hear(AppBucket bucket)
    {
        if (!_hasBegun)
            _lastCanaryMs = Math.Max(_lastCanaryMs, bucket.EndMs);
        _hasBegun = true;
        _bucketsHeard++;
        _isSpeaking = false;
        foreach (var arm in bucket.Arms)
        {
            if (!IsCanary(arm.Key))
                continue;
            _isSpeaking |= arm.Values.Readings > 0;
            if (arm.Values.Readings > 0 && arm.Key.Variant is { } variant)
                _heard[variant] = bucket.EndMs;
            _lastCanaryMs = Math.Max(_lastCanaryMs, arm.LastMs);
        }
        _hasSpoken |= _isSpeaking;
        var wasActive = IsActive;
        IsActive = bucket.EndMs - _lastCanaryMs <= _forgetMs || _promoted?.IsUnderWay(bucket.EndMs) == true;
        if (IsActive && !wasActive)
            BeginAnew();
    }

    /// <summary>What was compared before a long silence says nothing of the canary that speaks after it.</summary>
    private void BeginAnew()
    {
        _comparisons.Clear();
        _canaries.Clear();
        _pairs.Clear();
        _variants?.Clear();
    }

    /// <summary>Compares the variants of a bucket with each other, where there are several.</summary>
    /// <param name="pasts">Stable's past by the id of its arm.</param>
    public void CompareVariants(AppBucket bucket, IReadOnlyDictionary<int, ArmHistory> pasts) =>
        _variants?.Observe(bucket, pasts);

    /// <summary>Gives the pairs of a bucket to the evidence; a transaction without any tells its evidence the time.</summary>
    public void TakePairs(AppBucket bucket)
    {
        foreach (var counts in bucket.Pairs.Where(IsJudged))
        {
            var key = (counts.Cluster, counts.Transaction, counts.Variant);
            if (!_pairs.ContainsKey(key))
                _pairs[key] = NewPair(_budget.SyntheticShare(_pairs.Count + 1));
            _pairs[key].Counts = counts;
        }
        foreach (var pair in _pairs.Values)
            pair.Observe(bucket.EndMs);
    }

    /// <summary>Adds evidence and forecast to a canary's signal, where the policy judges its metric.</summary>
    public Signal Judge(Signal signal, long endMs, Arm stable, in ArmBucket canary, ArmHistory? history)
    {
        if (!IsCanary(canary.Key) || !IsRequested(canary.Key.Cluster, canary.Key.Variant))
            return signal;
        if (_variants is not null)
            signal = signal with { Versus = _variants.Of(canary.Key) };
        if (_metrics.TryGetValue(signal.Metric, out var metric))
            return Judge(signal, metric, new ArmsBucket(endMs, stable, canary.Values), history);
        var transaction = SyntheticMetrics.TransactionOf(signal.Metric);
        return
            transaction is not null
            && _policy.SyntheticRollsBack
            && _pairs.TryGetValue((signal.Cluster, transaction, signal.Variant), out var pair)
            ? Fill(signal, pair, pair.Forecast())
            : signal;
    }

    private Signal Judge(Signal signal, MetricPolicy metric, in ArmsBucket arms, ArmHistory? history)
    {
        var key = (signal.Cluster, signal.Metric, signal.Variant);
        var canary = (signal.Cluster, signal.Variant);
        if (!_canaries.TryGetValue(canary, out var beside))
            _canaries[canary] = beside = [];
        if (!_comparisons.TryGetValue(key, out var comparison))
        {
            var past = history?.ToArray() ?? [];
            var knowledge = (_knowledge ??= Knowledge())[metric.Name];
            _comparisons[key] = comparison = new MetricComparison(
                metric,
                past,
                _budget.MetricShare,
                _evidence,
                knowledge
            );
            beside.Add(comparison);
        }
        comparison.Observe(arms, beside);
        return Fill(signal, comparison, comparison.Forecast(signal.AnomalyScore, arms.Canary));
    }

    /// <summary>
    /// Adds to a stable series' signal what the version that it has become does beside what was expected before; nothing where it is
    /// another version, or nobody asked for a watch.
    /// </summary>
    /// <param name="score">Of the series in the bucket.</param>
    /// <param name="history">The arm's buckets before this one.</param>
    public Signal JudgePromoted(
        Signal signal,
        long endMs,
        in ArmBucket stable,
        in ArmScore score,
        ArmHistory? history
    ) =>
        _promoted is not null && stable.Version == Request.Version && score.Before is { } before
            ? _promoted.Judge(signal, endMs, stable, score.Point.Score, before, history)
            : signal;

    /// <summary>A later experience changes nothing of what a rollout is judged by.</summary>
    private FleetKnowledge FleetThen => _fleetThen ??= _fleet.AsOf(SinceMs);

    private Dictionary<string, MetricKnowledge> Knowledge()
    {
        var known = FleetThen.Of(_policy.Metrics, _budget.MetricShare);
        return _policy.Metrics.Zip(known).ToDictionary(pair => pair.First.Name, pair => pair.Second);
    }

    private PairComparison NewPair(double share)
    {
        var policy = MetricExperience.SyntheticPolicy(_policy.SyntheticMinEffect);
        return new PairComparison(policy, share, _evidence, FleetThen.Of([policy], share)[0]);
    }

    public bool IsCanary(ArmKey arm) => arm.Track == Track.Canary && arm.CanaryVersion == Request.Version;

    private bool IsJudged(PairBucket pairs) =>
        pairs.CanaryVersion == Request.Version && IsRequested(pairs.Cluster, pairs.Variant);

    /// <summary>The budget was divided over what was requested, so nothing else may spend of it.</summary>
    private bool IsRequested(string cluster, string? variant) =>
        _clusters.Contains(cluster)
        && (Request.Variants.Count == 0 ? variant is null : variant is not null && Request.Variants.Contains(variant));

    private Signal Fill(Signal signal, IComparison comparison, SignalForecast forecast) =>
        JudgedSignal.Of(signal, comparison, forecast, FleetThen.Version);
}
