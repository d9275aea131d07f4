namespace CanaryStreams.Core.Baselines;

/// <summary>
/// A stretch of time that a series spends outside of what its profile expects. It ends when the series has come back for
/// a few buckets, or when it has lasted so long that it is the new normal.
/// </summary>
internal struct Excursion
{
    private const double ShadowGain = 0.1;
    private const int ReturnBuckets = 5;

    private long _sinceMs;
    private int _returned;
    private int _points;

    /// <summary>Level and mean absolute deviation of the excursion itself.</summary>
    public double Level { get; private set; }

    public double Deviation { get; private set; }

    public readonly bool IsOpen => _points > 0;

    public void Outside(long timeMs, double value)
    {
        if (_points == 0)
        {
            _sinceMs = timeMs;
            Level = value;
            Deviation = 0;
        }
        _returned = 0;
        Follow(value);
    }

    /// <summary>A bucket within the band; several in a row end the excursion.</summary>
    public void Inside(double value)
    {
        if (!IsOpen)
            return;
        Follow(value);
        if (++_returned >= ReturnBuckets)
            this = default;
    }

    public readonly bool HasLasted(long timeMs, TimeSpan time) =>
        _points >= ReturnBuckets && timeMs - _sinceMs >= time.TotalMilliseconds;

    private void Follow(double value)
    {
        var gain = Math.Max(ShadowGain, 1.0 / (_points + 1));
        var innovation = value - Level;
        Level += gain * innovation;
        Deviation += gain * (Math.Abs(innovation) - Deviation);
        _points++;
    }
}
