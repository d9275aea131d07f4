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

    /// <summary>Moving mean of the residuals during the excursion: how far the level has shifted.</summary>
    public double Shift { get; private set; }

    /// <summary>Mean absolute deviation around it.</summary>
    public double Deviation { get; private set; }

    public readonly bool IsOpen => _points > 0;

    /// <summary>
    /// Whether it is only beginning. Its first buckets count when the band's coverage is measured, since some of the normal
    /// ones are such; the rest of a long fault would teach the band that faults are normal.
    /// </summary>
    public readonly bool IsFresh => _points <= ReturnBuckets;

    public void Outside(long timeMs, double residual)
    {
        if (_points == 0)
            (_sinceMs, Shift, Deviation) = (timeMs, residual, 0);
        _returned = 0;
        Follow(residual);
    }

    /// <summary>A bucket within the band; several in a row end the excursion.</summary>
    public void Inside(double residual)
    {
        if (!IsOpen)
            return;
        Follow(residual);
        if (++_returned >= ReturnBuckets)
            this = default;
    }

    public readonly bool HasLasted(long timeMs, TimeSpan time) =>
        _points >= ReturnBuckets && timeMs - _sinceMs >= time.TotalMilliseconds;

    private void Follow(double residual)
    {
        var gain = Math.Max(ShadowGain, 1.0 / (_points + 1));
        var innovation = residual - Shift;
        Shift += gain * innovation;
        Deviation += gain * (Math.Abs(innovation) - Deviation);
        _points++;
    }
}
