namespace CanaryStreams.Core.Baselines;

/// <summary>
/// A period found in the data, on trial: its shape around the mean, and the errors with and without it, at the same slow
/// gain as those of the calendar's.
/// </summary>
internal sealed class FoundSeason
{
    private const int SlotsMax = 96;
    private const double ShapeGain = 1.0 / 8;
    private const double MeanClip = 6;
    private const double MeanCycles = 4;
    private const double ErrorMemoryCycles = 6;
    private const int TrialCycles = 2;
    private const int TrialBucketsMin = 20;

    private CycleShape _shape = new(SlotsMax);
    private SeasonTrial _without;
    private SeasonTrial _with;
    private double _mean;
    private int _buckets;

    /// <summary>Whether there is one: an object is used for one period after the other.</summary>
    public bool IsOn { get; private set; }

    public long PeriodMs => _shape.PeriodMs;

    /// <summary>Part of the error that is left with this season.</summary>
    public double ErrorLeft => IsOn && _without.Error > 0 ? _with.Error / _without.Error : 1;

    /// <summary>Object of its fields, and the shape with the room it keeps.</summary>
    public static int StateBytes => 72 + CycleShape.BytesOf(SlotsMax);

    public FoundSeason Clone()
    {
        var clone = (FoundSeason)MemberwiseClone();
        clone._shape = _shape.Clone();
        return clone;
    }

    /// <summary>Forgets the period before, and puts this one on trial.</summary>
    /// <param name="mean">Of the series at present.</param>
    public void Begin(double periodMs, double stepMs, double mean)
    {
        var steps = Math.Max(2, Math.Round(periodMs / stepMs));
        var slots = (int)Math.Round(steps / Math.Ceiling(steps / SlotsMax));
        _shape.Begin(slots, (long)Math.Round(periodMs / slots), ShapeGain, isSmooth: slots != (int)steps);
        (_without, _with, _mean, _buckets, IsOn) = (default, default, mean, 0, true);
    }

    public void End() => IsOn = false;

    /// <summary>Cycles compared so far.</summary>
    public double CyclesTried(double stepMs) => _buckets * stepMs / PeriodMs;

    public bool IsTried(double stepMs) => _buckets >= TrialBucketsMin && CyclesTried(stepMs) >= TrialCycles;

    /// <summary>What the season adds at that time; 0 where it isn't known.</summary>
    public double At(long timeMs)
    {
        if (!IsOn)
            return 0;
        var shape = _shape.At(timeMs);
        return double.IsNaN(shape) ? 0 : shape;
    }

    /// <param name="bucket">What the calendar leaves of it.</param>
    public void Learn(in SeasonBucket bucket)
    {
        if (!IsOn)
            return;
        var shape = _shape.At(bucket.EndMs);
        var perCycle = bucket.StepMs / PeriodMs;
        if (!double.IsNaN(shape))
        {
            _buckets++;
            var errorGain = perCycle / ErrorMemoryCycles;
            var scale = Math.Max(bucket.Deviation, _with.Error);
            _without.Learn(bucket, bucket.Value, errorGain, scale, _buckets);
            _with.Learn(bucket, bucket.Value - shape, errorGain, scale, _buckets);
        }
        var limit = MeanClip * bucket.Deviation;
        if (bucket.IsNormal)
            _mean += Math.Min(0.1, perCycle / MeanCycles) * Math.Clamp(bucket.Value - _mean, -limit, limit);
        _shape.Learn(bucket.EndMs, bucket.Value - _mean, bucket.Weight, bucket.Deviation);
    }

    /// <summary>The level has moved for good.</summary>
    public void Shift(double by)
    {
        _mean += by;
        _without.Offset += by;
        _with.Offset += by;
    }
}
