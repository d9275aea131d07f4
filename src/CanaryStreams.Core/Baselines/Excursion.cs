namespace CanaryStreams.Core.Baselines;

/// <summary>
/// A stretch of time that a series spends outside of what its profile expects. It ends when the series has come back for
/// a few buckets, or when it has lasted so long that it is the new normal.
/// </summary>
internal struct Excursion
{
    private const double ShadowGain = 0.1;
    private const int ReturnBuckets = 5;
    private const int RareShare = 3;

    private long _sinceMs;
    private int _returned;
    private int _points;
    private int _outside;

    /// <summary>Moving mean of the residuals during the excursion: how far the level has shifted.</summary>
    public float Shift { get; private set; }

    /// <summary>Mean absolute deviation around it.</summary>
    public float Deviation { get; private set; }

    public readonly bool IsOpen => _points > 0;

    /// <summary>
    /// Whether its buckets count when the band's coverage is measured: the first ones, since some normal ones are such, and
    /// those of a series that leaves the band again and again for a moment. The rest of a long fault would teach the band
    /// that faults are normal.
    /// </summary>
    public readonly bool Counts => _outside <= ReturnBuckets || _outside * RareShare < _points;

    public void Outside(long timeMs, double residual)
    {
        if (_points == 0)
            (_sinceMs, Shift, Deviation) = (timeMs, (float)residual, 0);
        _returned = 0;
        _outside++;
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
        var gain = (float)Math.Max(ShadowGain, 1.0 / (_points + 1));
        var innovation = (float)residual - Shift;
        Shift += gain * innovation;
        Deviation += gain * (Math.Abs(innovation) - Deviation);
        _points++;
    }
}
