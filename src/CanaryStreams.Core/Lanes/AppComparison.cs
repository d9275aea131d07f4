using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Lanes;

/// <summary>What the comparison keeps of one application: the past of its stable arms, and the rollout it is under.</summary>
internal sealed class AppComparison(StreamSettings settings, IFleet fleet)
{
    /// <summary>Versions watched at once; beyond it the oldest silent one is forgotten.</summary>
    private const int WatchesMax = 16;

    private readonly Dictionary<int, ArmHistory> _histories = [];

    /// <summary>
    /// Newest last. Which of them is running the supervisors know and the lane doesn't: one may have been refused, one
    /// may have ended and its canary be on its way out. So each is watched, by its version, until its canary is silent.
    /// </summary>
    private readonly List<RolloutWatch> _watches = [];

    /// <summary>
    /// Takes up a rollout. A request that is repeated changes nothing; another one of the same version waits until the
    /// canary of the one before has gone silent.
    /// </summary>
    public void Watch(RolloutRequest request, Policy policy, DateTimeOffset time)
    {
        if (
            _watches.Exists(w =>
                w.Request.Rollout == request.Rollout || w.Successor?.Request.Rollout == request.Rollout
            )
        )
            return;
        var sinceMs = time.ToUnixTimeMilliseconds();
        var watch = new RolloutWatch(request, policy, sinceMs, settings, fleet);
        var before = _watches.FindIndex(other => other.Request.Version == request.Version);
        if (before >= 0 && !_watches[before].IsReplaceable)
        {
            _watches[before].Successor = watch;
            return;
        }
        if (before >= 0)
            _watches.RemoveAt(before);
        else if (_watches.Count == WatchesMax)
            _watches.RemoveAt(Math.Max(0, _watches.FindIndex(other => !other.IsActive)));
        _watches.Add(watch);
    }

    /// <summary>The supervisor may refuse a cancellation, so it ends nothing here: the canary's silence does.</summary>
    public void Cancel(string rollout) => _watches.Find(watch => watch.Request.Rollout == rollout)?.Cancel();

    /// <summary>What a rollout of this application teaches by its outcome: a bad one nothing, then or later.</summary>
    public RolloutExperience? Learn(string rollout, ReportOutcome outcome)
    {
        var watch = _watches.Find(watch => watch.Request.Rollout == rollout);
        if (watch is null)
            return null;
        watch.IsBad |= outcome.Outcome == Verdict.Bad;
        return watch.IsBad ? null : watch.Experience(outcome.Time.ToUnixTimeMilliseconds());
    }

    public void Compare(ScoredBucket scored, List<Signal> signals)
    {
        var bucket = scored.Bucket;
        Hear(bucket);
        var watches = _watches.FindAll(watch => watch.IsActive && bucket.EndMs > watch.SinceMs);
        foreach (var watch in watches)
        {
            watch.TakePairs(bucket);
            watch.CompareVariants(bucket, _histories);
        }
        var first = signals.Count;
        var stable = -1;
        for (var i = 0; i < bucket.Arms.Count; i++)
        {
            var arm = bucket.Arms[i];
            if (arm.Key.Track == Track.Stable)
                stable = i;
            else if (stable >= 0 && !SamePlace(bucket.Arms[stable].Key, arm.Key))
                stable = -1;
            var watch = watches.FindLast(w => w.IsCanary(arm.Key)) ?? watches.LastOrDefault();
            if (watch is not null || scored.Scores[i].Point.IsAnomaly)
                signals.Add(Judged(scored, i, arm.Key.Track == Track.Canary ? stable : -1, watch, watches));
        }
        if (watches.Count > 0 && signals.Count > first)
            signals[^1] = signals[^1] with { Last = true, BucketSignals = signals.Count - first };
        Remember(bucket);
    }

    private Signal Judged(ScoredBucket scored, int index, int stable, RolloutWatch? watch, List<RolloutWatch> watches)
    {
        var signal = ToSignal(scored, index, stable, watch);
        var arm = scored.Bucket.Arms[index];
        var promoted = arm.Key.Track == Track.Stable ? watches.FindLast(w => w.Request.Version == arm.Version) : null;
        return promoted is null
            ? signal
            : promoted.JudgePromoted(
                signal,
                scored.Bucket.EndMs,
                arm,
                scored.Scores[index],
                _histories.GetValueOrDefault(arm.Id)
            );
    }

    private void Hear(AppBucket bucket)
    {
        for (var i = 0; i < _watches.Count; i++)
        {
            _watches[i].Hear(bucket);
            if (_watches[i] is not { IsReplaceable: true, Successor: { } successor })
                continue;
            _watches[i] = successor;
            successor.Hear(bucket);
        }
    }

    private Signal ToSignal(ScoredBucket scored, int index, int stableIndex, RolloutWatch? watch)
    {
        var arm = scored.Bucket.Arms[index];
        var score = scored.Scores[index];
        // A canary is shown beside what its stable side is expected to be, not beside its own young past.
        var expected = stableIndex >= 0 ? scored.Scores[stableIndex].Point : score.Point;
        var signal = new Signal
        {
            Time = DateTimeOffset.FromUnixTimeMilliseconds(scored.Bucket.EndMs),
            App = scored.Bucket.App,
            Cluster = arm.Key.Cluster,
            Version = arm.Version,
            Track = arm.Key.Track,
            Variant = arm.Key.Variant,
            Metric = arm.Key.Metric,
            N = SignificantDigits.Round(arm.Values.Count),
            Mean = SignificantDigits.Round(arm.Values.Mean),
            P50 = SignificantDigits.Round(arm.P50),
            P95 = SignificantDigits.Round(arm.P95),
            P99 = SignificantDigits.Round(arm.P99),
            Expected = SignificantDigits.Round(expected.Expected),
            Lower = SignificantDigits.Round(expected.Lower),
            Upper = SignificantDigits.Round(expected.Upper),
            AnomalyScore = SignificantDigits.Round(score.Point.Score),
            Quality = QualityOf(
                arm,
                score,
                scored.Bucket.EndMs,
                watch?.StaleAfterMs ?? RolloutWatch.StaleAfterMsDefault
            ),
            Flaw = arm.Values.Count > 0 ? null : arm.Flaw,
            Rollout = watch?.Request.Rollout,
        };
        if (arm.Key.Track == Track.Stable && watch?.IsToTellOf(arm.Key.Metric) == true)
            return signal with { Baseline = StableBaselines.Of(_histories.GetValueOrDefault(arm.Id), settings) };
        if (watch is null || stableIndex < 0)
            return signal;
        var history = _histories.GetValueOrDefault(scored.Bucket.Arms[stableIndex].Id);
        return watch.Judge(signal, scored.Bucket.EndMs, scored.Bucket.Arms[stableIndex].Values, arm, history);
    }

    private static SignalQuality QualityOf(in ArmBucket arm, ArmScore score, long endMs, long staleAfterMs) =>
        // Readings over no observation are signs of life and no telemetry: they never make a silence shorter.
        !(arm.Values.Count > 0)
            ? endMs - (arm.LastCountedMs ?? arm.LastMs) >= staleAfterMs
                ? SignalQuality.Missing
                : SignalQuality.Stale
            : score.IsYoung
                ? SignalQuality.Sparse
                : SignalQuality.Ok;

    private static bool SamePlace(ArmKey a, ArmKey b) => a.Cluster == b.Cluster && a.Metric == b.Metric;

    /// <summary>Only after the bucket was compared: what evidence learns from is the past.</summary>
    private void Remember(AppBucket bucket)
    {
        var stable = 0;
        foreach (var arm in bucket.Arms)
        {
            if (arm.Key.Track != Track.Stable)
                continue;
            if (!_histories.TryGetValue(arm.Id, out var history))
                _histories[arm.Id] = history = new ArmHistory(settings.HistoryBuckets);
            history.Add(arm.Values);
            stable++;
        }
        if (_histories.Count > stable)
            Forget(bucket);
    }

    /// <summary>An arm that is no longer in the bucket is gone, and its id may be another's from the next bucket on.</summary>
    private void Forget(AppBucket bucket)
    {
        var kept = bucket.Arms.Where(arm => arm.Key.Track == Track.Stable).Select(arm => arm.Id).ToHashSet();
        foreach (var id in _histories.Keys.Where(id => !kept.Contains(id)).ToList())
            _histories.Remove(id);
    }
}
