namespace CanaryStreams.Core.Baselines;

/// <summary>
/// How far the baseline has been carried of late, against how far it usually is: the slow boil. A ramp within the band is
/// followed, since drift is; that it leads far in a few hours is what tells it from the usual wandering of a series.
/// </summary>
internal struct Travel
{
    private const float UsualShare = 1f / 8;
    private const float Clip = 4;
    private const float UsualMost = 4;
    private const float DeviationsMost = 4;

    private float _distance;
    private float _usual;

    /// <summary>Whether it is further than usual.</summary>
    /// <param name="deviation">Mean absolute one of the series from its baseline.</param>
    public readonly bool IsFar(double deviation) =>
        Math.Abs(_distance) > (UsualMost * _usual) + (DeviationsMost * deviation);

    /// <param name="moved">By this bucket, in the series' unit. Seasons that are changed for others are no movement.</param>
    /// <param name="share">Of the time that is looked back on, in (0,1).</param>
    public void Learn(double moved, double deviation, double share, int buckets)
    {
        _distance = (float)((1 - share) * (_distance + Math.Clamp(moved, -deviation, deviation)));
        var gain = Math.Max(UsualShare * (float)share, 1f / buckets);
        _usual += gain * (Math.Min(Math.Abs(_distance), Clip * Math.Max(_usual, (float)deviation)) - _usual);
    }
}
