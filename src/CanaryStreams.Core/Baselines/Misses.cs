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
    private const double CountMin = 3;

    private float _share;
    private int _count;
    private double _size;

    /// <summary>Mean absolute deviation that is due to misses alone.</summary>
    public readonly double Deviation => _count < CountMin ? 0 : _share * _size;

    public void Hit(int buckets) => _share -= (float)Math.Max(Gain, 1.0 / buckets) * _share;

    /// <param name="size">Distance from the baseline, &gt; 0. One far size alone counts for little: it is followed upwards slowly.</param>
    public void Miss(double size, int buckets)
    {
        _share += (float)Math.Max(Gain, 1.0 / buckets) * (1 - _share);
        if (_count < CountMin)
            _count++;
        _size = _size == 0 ? size : Math.Clamp(size, Shrinkage * _size, Growth * _size);
    }
}
