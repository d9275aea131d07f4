namespace CanaryStreams.Core.Baselines;

/// <summary>
/// How often buckets leave the band by themselves, and how far they go. A series that mostly rests and now and then is busy
/// has a deviation of nothing, by which no excursion could be measured; its true one is at least the share of its
/// excursions times their size.
/// </summary>
internal struct Misses
{
    private const double Gain = 0.002;
    private const double Growth = 1.5;
    private const double Shrinkage = 0.25;
    private const int CountMin = 3;

    private float _share;
    private int _count;
    private double _size;

    /// <summary>Mean absolute deviation that is due to misses alone.</summary>
    public readonly double Deviation => _count < CountMin ? 0 : _share * _size;

    /// <param name="size">Distance from the baseline. One far size alone counts for little: it is followed upwards slowly.</param>
    public void Learn(bool isMiss, double size, int buckets)
    {
        _share += (float)Math.Max(Gain, 1.0 / buckets) * ((isMiss ? 1 : 0) - _share);
        if (!isMiss)
            return;
        _size = _count == 0 ? size : Math.Clamp(size, Shrinkage * _size, Growth * _size);
        _count = Math.Min(_count + 1, CountMin);
    }
}
