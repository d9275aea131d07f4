using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Lanes;

/// <summary>
/// The open buckets of one application. They close together and in order, so that canary and stable of every cluster
/// are compared over the same time; by the application's own watermark, or by the clock when nothing arrives.
/// </summary>
internal sealed class AppBuckets(string app, StreamSettings settings)
{
    private readonly long _bucketMs = settings.BucketMs;
    private readonly long _latenessMs = (long)settings.AllowedLateness.TotalMilliseconds;
    private readonly long _idleMs = (long)settings.IdleAfter.TotalMilliseconds;
    private readonly long _forgetMs = (long)settings.ForgetAfter.TotalMilliseconds;
    private readonly Watermark _watermark = new((long)settings.MaxSkew.TotalMilliseconds + settings.BucketMs);
    private readonly Dictionary<(string, Track), int> _sources = [];
    private readonly Dictionary<ArmKey, int> _ids = [];
    private readonly List<Slot> _slots = [];
    private readonly SortedSet<ArmKey> _sorted = new(ArmKey.Order);
    private readonly SortedDictionary<long, OpenBucket> _open = [];
    private readonly Stack<OpenBucket> _spare = new();
    private long _nextEndMs = long.MinValue;

    /// <summary>As after a long gap: nothing is closed before the first reading.</summary>
    private long _emptyInARow = (long)(settings.ForgetAfter / settings.Bucket);

    public PairMatcher Pairs { get; } = new((long)settings.PairWithin.TotalMilliseconds);

    /// <summary>End of the last bucket closed, Unix milliseconds.</summary>
    public long ClosedMs => _nextEndMs - _bucketMs;

    public int ArmOf(SeriesKey series)
    {
        var key = ArmKey.Of(series);
        if (_ids.TryGetValue(key, out var id))
        {
            _slots[id].Version = series.Version;
            return id;
        }
        _ids[key] = _slots.Count;
        _sorted.Add(key);
        _slots.Add(new Slot(key, SourceOf(series)) { Version = series.Version });
        return _slots.Count - 1;
    }

    /// <summary>False when the reading's bucket has been closed.</summary>
    public bool Add(int arm, long timeMs, double value, double count, long clockMs)
    {
        if (_nextEndMs == long.MinValue)
            _nextEndMs = EndOf(Math.Min(timeMs, clockMs) - _latenessMs);
        var end = EndOf(timeMs);
        if (end < _nextEndMs)
            return false;
        if (!_open.TryGetValue(end, out var bucket))
            _open[end] = bucket = _spare.TryPop(out var spare) ? spare : new OpenBucket();
        bucket.Of(arm).Add(timeMs, value, count);
        _watermark.Saw(_slots[arm].Source, timeMs);
        return true;
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
        var arms = new List<ArmBucket>(_slots.Count);
        foreach (var key in _sorted)
        {
            var id = _ids[key];
            var slot = _slots[id];
            var values = bucket?.Existing(id);
            if (values is not null)
                slot.LastMs = Math.Max(slot.LastMs, values.LastMs);
            if (slot.LastMs >= end - _forgetMs)
                arms.Add(ToArm(id, slot, values));
        }
        if (bucket is not null)
        {
            bucket.Clear();
            _spare.Push(bucket);
        }
        _nextEndMs = end + _bucketMs;
        return new AppBucket(app, end, arms, Pairs.Take());
    }

    private static ArmBucket ToArm(int id, Slot slot, BucketAccumulator? values) =>
        values is null
            ? new ArmBucket(
                id,
                slot.Key,
                slot.Version,
                Evidence.Arm.Empty,
                double.NaN,
                double.NaN,
                double.NaN,
                slot.LastMs
            )
            : new ArmBucket(
                id,
                slot.Key,
                slot.Version,
                values.ToArm(),
                values.Quantile(0.5),
                values.Quantile(0.95),
                values.Quantile(0.99),
                slot.LastMs
            );

    private int SourceOf(SeriesKey series)
    {
        if (!_sources.TryGetValue((series.Cluster, series.Track), out var source))
            _sources[(series.Cluster, series.Track)] = source = _watermark.AddSource();
        return source;
    }

    /// <summary>The end of the bucket [end − width, end) that holds the time.</summary>
    private long EndOf(long timeMs) => timeMs - timeMs % _bucketMs + _bucketMs;

    private sealed class Slot(ArmKey key, int source)
    {
        public ArmKey Key { get; } = key;
        public int Source { get; } = source;
        public string Version { get; set; } = "";
        public long LastMs { get; set; } = long.MinValue;
    }

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
