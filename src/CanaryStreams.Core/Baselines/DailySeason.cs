namespace CanaryStreams.Core.Baselines;

/// <summary>
/// A robust profile of the day in 96 slots of a quarter of an hour: each slot holds a moving mean of its daily means, whose
/// innovations are clipped, so that one bad day moves it little and a nightly job is learnt within days.
/// </summary>
/// <remarks>State: 4 bytes a slot, allocated with the first finished slot (384 bytes).</remarks>
internal sealed class DailySeason
{
    private const int Slots = 96;
    private const long DayMs = 86_400_000;
    private const long SlotMs = DayMs / Slots;
    private const double DayGain = 1.0 / 3;
    private const double Clip = 4;

    private float[]? _means;
    private long _slot = long.MinValue;
    private double _sum;
    private double _weight;

    public DailySeason Clone()
    {
        var clone = (DailySeason)MemberwiseClone();
        clone._means = (float[]?)_means?.Clone();
        return clone;
    }

    /// <summary>Takes a bucket into the slot that it belongs to.</summary>
    /// <param name="weight">Weight of the bucket among those of its slot, &gt; 0.</param>
    /// <param name="deviation">Deviation of the series: how far a slot may move at once.</param>
    public void Learn(long timeMs, double value, double weight, double deviation)
    {
        var slot = Floor(timeMs, SlotMs);
        if (slot != _slot)
        {
            Finish(deviation);
            _slot = slot;
        }
        _sum += value * weight;
        _weight += weight;
    }

    /// <summary>The value usual at this time of day, interpolated between slots; NaN where there is no history.</summary>
    public double At(long timeMs)
    {
        if (_means is null)
            return double.NaN;
        var position = timeMs - (SlotMs / 2);
        var slot = Floor(position, SlotMs);
        var within = (position - (slot * SlotMs)) / (double)SlotMs;
        double before = _means[Index(slot)];
        double after = _means[Index(slot + 1)];
        if (double.IsNaN(before))
            return after;
        return double.IsNaN(after) ? before : before + (within * (after - before));
    }

    private void Finish(double deviation)
    {
        if (_weight <= 0)
            return;
        if (_means is null)
        {
            _means = new float[Slots];
            _means.AsSpan().Fill(float.NaN);
        }
        ref var mean = ref _means[Index(_slot)];
        var today = _sum / _weight;
        var innovation = Math.Clamp(today - mean, -Clip * deviation, Clip * deviation);
        mean = float.IsNaN(mean) ? (float)today : (float)(mean + (DayGain * innovation));
        (_sum, _weight) = (0, 0);
    }

    private static int Index(long slot) => (int)(((slot % Slots) + Slots) % Slots);

    private static long Floor(long time, long unit) => (time - (((time % unit) + unit) % unit)) / unit;
}
