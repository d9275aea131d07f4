using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Lanes;

/// <summary>
/// The open buckets of one application. They close together and in order, so that canary and stable of every cluster
/// are compared over the same time; by the application's own watermark, or by the clock when nothing arrives.
/// </summary>
internal sealed class AppBuckets(string app, StreamSettings settings)
{
    private const long RefusedForMs = 180_000;

    private readonly long _bucketMs = settings.BucketMs;
    private readonly long _latenessMs = (long)settings.AllowedLateness.TotalMilliseconds;
    private readonly long _idleMs = (long)settings.IdleAfter.TotalMilliseconds;
    private readonly long _forgetMs = (long)settings.ForgetAfter.TotalMilliseconds;
    private readonly Watermark _watermark = new((long)settings.MaxSkew.TotalMilliseconds + settings.BucketMs);
    private readonly Dictionary<(string, Track), int> _sources = [];
    private readonly SortedDictionary<ArmKey, ArmSlot> _arms = new(ArmKey.Order);
    private readonly Stack<int> _freeIds = new();
    private readonly SortedDictionary<long, OpenBucket> _open = [];
    private readonly Stack<OpenBucket> _spare = new();
    private long _nextEndMs = long.MinValue;

    /// <summary>As after a long gap: nothing is closed before the first reading.</summary>
    private long _emptyInARow = (long)(settings.ForgetAfter / settings.Bucket);

    public PairMatcher Pairs { get; } = new((long)settings.PairWithin.TotalMilliseconds);

    /// <summary>End of the last bucket closed, Unix milliseconds.</summary>
    public long ClosedMs => _nextEndMs - _bucketMs;

    public ArmSlot ArmOf(SeriesKey series)
    {
        var key = ArmKey.Of(series);
        if (!_arms.TryGetValue(key, out var arm))
        {
            var id = _freeIds.TryPop(out var free) ? free : _arms.Count;
            _arms[key] = arm = new ArmSlot(id, key, SourceOf(series));
        }
        return arm;
    }

    /// <summary>False when the reading's bucket has been closed; that it came at all is kept.</summary>
    public bool Add(ArmSlot arm, string version, in Measurement reading, long clockMs)
    {
        var timeMs = reading.TimeMs;
        if (_nextEndMs == long.MinValue)
            _nextEndMs = EndOf(Math.Min(timeMs, clockMs) - _latenessMs);
        var end = EndOf(timeMs);
        if (end < _nextEndMs)
        {
            arm.Refuse(SignalFlaw.Late, _nextEndMs);
            return false;
        }
        if (!_open.TryGetValue(end, out var bucket))
            _open[end] = bucket = _spare.TryPop(out var spare) ? spare : new OpenBucket();
        bucket.Of(arm.Id).Add(timeMs, reading.Value, reading.Count);
        arm.Version = version;
        _watermark.Saw(arm.Source, timeMs);
        return true;
    }

    /// <summary>A reading came that was rejected for its value.</summary>
    public void Refuse(ArmSlot arm)
    {
        if (_nextEndMs != long.MinValue)
            arm.Refuse(SignalFlaw.InvalidValue, _nextEndMs);
    }

    /// <summary>Whether a reading of this time may have closed a bucket: the cheap question before the watermark's.</summary>
    public bool MayClose(long timeMs) => timeMs >= _nextEndMs + _latenessMs;

    /// <summary>
    /// The next bucket that the watermark has closed; null when there is none. Event time can be behind the clock (that
    /// is a backlog) but not before it, whatever producers say.
    /// </summary>
    public AppBucket? CloseByWatermark(long clockMs)
    {
        SkipLongGap(clockMs);
        var endMs = _nextEndMs + _latenessMs;
        return clockMs >= endMs && _watermark.HasPassed(endMs) ? Close() : null;
    }

    /// <summary>The next bucket that the clock has closed; null when there is none.</summary>
    public AppBucket? CloseByClock(long clockMs)
    {
        if (_nextEndMs == long.MinValue || clockMs < _nextEndMs + _latenessMs + _idleMs)
            return null;
        SkipLongGap(clockMs);
        var asleep = _open.Count == 0 && LongGap;
        return asleep || clockMs < _nextEndMs + _latenessMs + _idleMs ? null : Close();
    }

    private bool LongGap => _emptyInARow * _bucketMs >= _forgetMs;

    /// <summary>
    /// Before the first reading, and after a gap so long that every series is forgotten, empty buckets say nothing. Not
    /// beyond the clock: the first one heard of may be the producer from the future.
    /// </summary>
    private void SkipLongGap(long clockMs)
    {
        if (LongGap && _open.Count > 0)
            _nextEndMs = Math.Max(_nextEndMs, Math.Min(_open.First().Key, EndOf(clockMs - _latenessMs)));
    }

    private AppBucket Close()
    {
        var end = _nextEndMs;
        _open.Remove(end, out var bucket);
        _emptyInARow = bucket is null ? _emptyInARow + 1 : 0;
        var arms = new List<ArmBucket>(_arms.Count);
        List<ArmSlot>? silent = null;
        foreach (var arm in _arms.Values)
        {
            var values = bucket?.Existing(arm.Id);
            if (values is not null)
                arm.LastMs = Math.Max(arm.LastMs, values.LastMs);
            if (values is { Count: > 0 })
                arm.LastCountedMs = arm.LastMs;
            var flaw = FlawOf(arm, values, end);
            if (arm.LastMs >= end - _forgetMs || flaw is not null)
                arms.Add(ToArm(arm, values, flaw));
            else
                (silent ??= []).Add(arm);
        }
        if (bucket is not null)
        {
            bucket.Clear();
            _spare.Push(bucket);
        }
        if (silent is not null)
            Forget(silent);
        _nextEndMs = end + _bucketMs;
        return new AppBucket(app, end, arms, Pairs.Take());
    }

    /// <summary>
    /// What isn't in a bucket any more is forgotten behind it too, so an id can be given again from the next bucket on.
    /// An arm that is only heard of in buckets to come stays.
    /// </summary>
    private void Forget(List<ArmSlot> silent)
    {
        foreach (var arm in silent)
        {
            if (_open.Values.Any(bucket => bucket.Existing(arm.Id) is not null))
                continue;
            arm.IsForgotten = true;
            _arms.Remove(arm.Key);
            _freeIds.Push(arm.Id);
        }
        if (_arms.Count > 0)
            return;
        _spare.Clear();
        _freeIds.Clear();
    }

    /// <summary>
    /// What was refused is remembered for a while, or an arm whose readings come too late by fits and starts would be
    /// missing in every other bucket.
    /// </summary>
    private SignalFlaw? FlawOf(ArmSlot arm, BucketAccumulator? values, long end)
    {
        if (values is not null)
            return values.Count > 0 ? null : SignalFlaw.ZeroTraffic;
        var isRecent = arm.Refused is not null && end - arm.RefusedMs <= Math.Max(RefusedForMs, 3 * _bucketMs);
        return isRecent ? arm.Refused : null;
    }

    private static ArmBucket ToArm(ArmSlot arm, BucketAccumulator? values, SignalFlaw? flaw) =>
        new(
            arm.Id,
            arm.Key,
            arm.Version,
            values?.ToArm() ?? Evidence.Arm.Empty,
            values?.Quantile(0.5) ?? double.NaN,
            values?.Quantile(0.95) ?? double.NaN,
            values?.Quantile(0.99) ?? double.NaN,
            Math.Max(arm.LastMs, 0),
            Math.Max(arm.LastCountedMs, 0),
            flaw
        );

    private int SourceOf(SeriesKey series)
    {
        if (!_sources.TryGetValue((series.Cluster, series.Track), out var source))
            _sources[(series.Cluster, series.Track)] = source = _watermark.AddSource();
        return source;
    }

    /// <summary>The end of the bucket [end − width, end) that holds the time.</summary>
    private long EndOf(long timeMs) => timeMs - timeMs % _bucketMs + _bucketMs;

    /// <summary>Accumulators by arm id; kept and reused, so a bucket costs no memory once its arms are known.</summary>
    private sealed class OpenBucket
    {
        private readonly List<BucketAccumulator?> _arms = [];

        public BucketAccumulator Of(int arm)
        {
            while (_arms.Count <= arm)
                _arms.Add(null);
            return _arms[arm] ??= new BucketAccumulator();
        }

        public BucketAccumulator? Existing(int arm) =>
            arm < _arms.Count && _arms[arm] is { Readings: > 0 } values ? values : null;

        public void Clear()
        {
            foreach (var arm in _arms)
                arm?.Clear();
        }
    }
}
