using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Explanations;

/// <summary>
/// Follows one comparison beside its evidence, so that a decision can be explained: the last hour of both arms in a ring,
/// stable's last half hour before the canary in front. A few stores a bucket; explaining scans the ring and is done only
/// where somebody may be woken up.
/// </summary>
internal sealed class EvidenceRecorder
{
    private const int Lead = EvidenceTrail.BucketsMax / 2;
    private readonly MetricPolicy _policy;
    private readonly EvidenceSettings _settings;
    private readonly double _longestBlipMinutes;
    private readonly RecordedBucket[] _ring = new RecordedBucket[EvidenceTrail.BucketsMax];
    private Arm[] _lead;
    private long _count;
    private long _firstEndMs;
    private long _lastEndMs;

    /// <param name="stableHistory">Stable's buckets before the canary, oldest first; its last ones are kept until then.</param>
    /// <param name="longestBlipMinutes">The longest blip to be reckoned with; &gt; 0.</param>
    public EvidenceRecorder(
        MetricPolicy policy,
        IReadOnlyList<Arm> stableHistory,
        double longestBlipMinutes,
        EvidenceSettings settings
    )
    {
        _policy = policy;
        _settings = settings;
        _longestBlipMinutes = longestBlipMinutes;
        _lead = [.. stableHistory.Skip(stableHistory.Count - Lead)];
    }

    /// <summary>ln of the largest e-value so far: what the process has used of its share of the budget; ≥ 0.</summary>
    public double LargestLogE { get; private set; }

    /// <summary>Takes the next bucket with the reading that evidence made of it.</summary>
    public void Observe(in ArmsBucket arms, in EvidenceReading reading)
    {
        if (_count == 0)
            Begin(arms.EndMs);
        FillGap(arms.EndMs);
        _lastEndMs = arms.EndMs;
        Add(
            new RecordedBucket(
                arms.EndMs,
                MeanOf(arms.Stable),
                MeanOf(arms.Canary),
                reading.LogE,
                _policy.TowardsWorse(reading.Effect) * reading.BucketEffect
            )
        );
        LargestLogE = Math.Max(LargestLogE, reading.LogE);
    }

    /// <summary>Explains the reading of the bucket observed last; at least one must have been.</summary>
    public EvidenceExplanation Explain(in EvidenceReading reading)
    {
        var buckets = Recorded();
        var endMs = buckets[^1].EndMs;
        var onsetMs = reading.OnsetMs ?? endMs;
        var since = Array.FindIndex(buckets, bucket => bucket.EndMs > onsetMs);
        var (before, after) = since < 0 ? (buckets, []) : (buckets[..since], buckets[since..]);
        return new EvidenceExplanation(
            SharedIncident(before, after, _policy.TowardsWorse(reading.Effect)),
            Blip((endMs - onsetMs) / 60_000.0, after),
            WarmUp(onsetMs, after),
            Trail(buckets)
        );
    }

    /// <summary>Without a stable side there is no comparison: its buckets are empty in the trail, or its times would be wrong.</summary>
    private void FillGap(long endMs)
    {
        var missed = Math.Min((endMs - _lastEndMs) / _settings.BucketMs - 1, _ring.Length);
        for (var i = missed; i > 0; i--)
            Add(new RecordedBucket(endMs - i * _settings.BucketMs, double.NaN, double.NaN, double.NaN, double.NaN));
    }

    private void Begin(long endMs)
    {
        _firstEndMs = endMs;
        _lastEndMs = endMs - _settings.BucketMs;
        for (var i = 0; i < _lead.Length; i++)
            Add(
                new RecordedBucket(
                    endMs - (_lead.Length - i) * _settings.BucketMs,
                    MeanOf(_lead[i]),
                    double.NaN,
                    double.NaN,
                    double.NaN
                )
            );
        _lead = [];
    }

    private void Add(RecordedBucket bucket) => _ring[_count++ % _ring.Length] = bucket;

    private RecordedBucket[] Recorded()
    {
        var recorded = new RecordedBucket[Math.Min(_count, _ring.Length)];
        for (var i = 0; i < recorded.Length; i++)
            recorded[i] = _ring[(_count - recorded.Length + i) % _ring.Length];
        return recorded;
    }

    private static SharedIncidentCheck SharedIncident(RecordedBucket[] before, RecordedBucket[] since, double worse)
    {
        var lately = before.AsSpan(Math.Max(0, before.Length - Lead));
        var (stableBefore, canaryBefore) = (Mean(lately, b => b.Stable), Mean(lately, b => b.Canary));
        var (stableSince, canarySince) = (Mean(since, b => b.Stable), Mean(since, b => b.Canary));
        var moved = worse * (stableSince - stableBefore);
        var apart = worse * (canarySince - stableSince);
        var ruling =
            double.IsNaN(moved) || double.IsNaN(apart) ? Ruling.Unknown
            : moved >= apart / 2 ? Ruling.Possible
            : Ruling.RuledOut;
        return new SharedIncidentCheck(
            ruling,
            SignificantDigits.Round(stableBefore),
            SignificantDigits.Round(stableSince),
            SignificantDigits.Round(canaryBefore),
            SignificantDigits.Round(canarySince)
        );
    }

    private BlipCheck Blip(double lastedMinutes, RecordedBucket[] since)
    {
        var spoken = since.Count(b => double.IsFinite(b.Harm));
        var beyond = since.Count(b => b.Harm >= _policy.MinEffect.Size);
        var ruling =
            spoken == 0 ? Ruling.Unknown
            : lastedMinutes > _longestBlipMinutes ? Ruling.RuledOut
            : Ruling.Possible;
        return new BlipCheck(
            ruling,
            SignificantDigits.Round(lastedMinutes),
            SignificantDigits.Round(_longestBlipMinutes),
            beyond,
            spoken
        );
    }

    private WarmUpCheck WarmUp(long onsetMs, RecordedBucket[] since)
    {
        const double WarmUpMinutes = 15;
        const double RecentMinutes = 3;
        const double Decayed = 2.0 / 3;
        var age = Math.Max(0, (onsetMs - (_firstEndMs - _settings.BucketMs)) / 60_000.0);
        var recent = Math.Max(1, (int)(RecentMinutes / _settings.BucketMinutes));
        var half = (since.Length + 1) / 2;
        var isYoung = since.Length < 2 * recent;
        var late = isYoung ? double.NaN : Mean(since.AsSpan(since.Length - recent), b => b.Harm);
        var early = isYoung ? double.NaN : Mean(since.AsSpan(0, half), b => b.Harm);
        var ruling =
            age > WarmUpMinutes ? Ruling.RuledOut
            : double.IsNaN(late) || double.IsNaN(early) ? Ruling.Unknown
            : late <= 0 || late < Decayed * early ? Ruling.Possible
            : Ruling.RuledOut;
        var share = early > 0 ? late / early : double.NaN;
        return new WarmUpCheck(ruling, SignificantDigits.Round(age), SignificantDigits.Round(share));
    }

    private EvidenceTrail Trail(RecordedBucket[] buckets) =>
        new(
            DateTimeOffset.FromUnixTimeMilliseconds(buckets[0].EndMs - _settings.BucketMs),
            _settings.BucketMs / 1000.0,
            Array.ConvertAll(buckets, b => SignificantDigits.Round(b.Stable)),
            Array.ConvertAll(buckets, b => SignificantDigits.Round(b.Canary)),
            Array.ConvertAll(buckets, b => SignificantDigits.Round(b.LogE))
        );

    private static double MeanOf(in Arm arm) => arm.IsEmpty ? double.NaN : arm.Mean;

    /// <summary>Mean of what is finite; NaN where nothing is.</summary>
    private static double Mean(ReadOnlySpan<RecordedBucket> buckets, Func<RecordedBucket, double> of)
    {
        var (sum, count) = (0.0, 0);
        foreach (var bucket in buckets)
        {
            var value = of(bucket);
            sum += double.IsFinite(value) ? value : 0;
            count += double.IsFinite(value) ? 1 : 0;
        }
        return count == 0 ? double.NaN : sum / count;
    }

    /// <param name="Harm">The bucket's own difference, turned so that worse is up; NaN where an arm is silent.</param>
    private readonly record struct RecordedBucket(long EndMs, double Stable, double Canary, double LogE, double Harm);
}
