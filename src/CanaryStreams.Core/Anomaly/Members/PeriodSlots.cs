namespace CanaryStreams.Core.Anomaly.Members;

/// <summary>The slots of a <see cref="PeriodicMember"/>: mean and usual distance of each, over the periods.</summary>
/// <remarks>State: 9 bytes a slot, allocated when the sampling interval is known.</remarks>
internal sealed class PeriodSlots(long periodMs, long slotMsMin)
{
    private const double SlotGain = 0.2;
    private const double Clip = 5;
    private const double ClipFloorShare = 0.3;
    private const int ClipAfter = 3;

    private SamplingInterval _interval;
    private float[] _means = [];
    private float[] _scales = [];
    private byte[] _periods = [];
    private long _slotMs;
    private long _slot = long.MinValue;
    private double _sum;
    private double _distance;
    private double _scaleSum;
    private int _points;
    private int _finished;

    /// <summary>Whether this slot was seen in two periods at least.</summary>
    public bool IsKnown => _periods[Index(_slot)] > 1;

    /// <summary>Usual distance in the present slot.</summary>
    public double Scale => _scales[Index(_slot)];

    /// <summary>Turns to the slot of a time; false while there are no slots, or the series is too coarse for any.</summary>
    public bool Begin(long timeMs)
    {
        _interval.Observe(timeMs);
        if (_interval.Ms == 0 || _interval.Ms > Math.Min(periodMs, 86_400_000) / 4)
            return false;
        if (_means.Length == 0)
            Allocate();
        var slot = Floor(timeMs);
        if (slot != _slot)
        {
            Finish();
            _slot = slot;
        }
        return true;
    }

    /// <summary>The profile at a time, interpolated between slots; NaN where nothing is known.</summary>
    public double Expected(long timeMs)
    {
        // A slot with one point stands for its own time, one with several for their middle.
        var position = _interval.Ms < _slotMs ? timeMs - (_slotMs / 2) : timeMs;
        var slot = Floor(position);
        var within = (position - (slot * _slotMs)) / (double)_slotMs;
        var (here, next) = (Index(slot), Index(slot + 1));
        if (_periods[here] == 0)
            return _periods[next] == 0 ? double.NaN : _means[next];
        if (_periods[next] == 0)
            return _means[here];
        return _means[here] + (within * (_means[next] - (double)_means[here]));
    }

    public void Add(double value, double distance)
    {
        _sum += value;
        _distance += distance;
        _points++;
    }

    public PeriodSlots Clone()
    {
        var clone = (PeriodSlots)MemberwiseClone();
        clone._means = (float[])_means.Clone();
        clone._scales = (float[])_scales.Clone();
        clone._periods = (byte[])_periods.Clone();
        return clone;
    }

    private void Allocate()
    {
        var slots = (int)(periodMs / Math.Max(slotMsMin, _interval.Ms));
        _slotMs = periodMs / slots;
        (_means, _scales, _periods) = (new float[slots], new float[slots], new byte[slots]);
    }

    private void Finish()
    {
        if (_points == 0)
            return;
        var i = Index(_slot);
        var (mean, distance) = (_sum / _points, _distance / _points);
        var gain = Math.Max(SlotGain, 1.0 / (_periods[i] + 1));
        var usual = _finished > 0 ? _scaleSum / _finished : 0;
        var limit =
            _periods[i] < ClipAfter
                ? double.PositiveInfinity
                : (Clip * Math.Max(_scales[i], ClipFloorShare * usual)) + 1e-12;
        _means[i] += (float)(gain * Math.Clamp(mean - _means[i], -limit, limit));
        _scales[i] += (float)(gain * (distance - _scales[i]));
        // The usual distance of all slots, fading, so that one that never moved can be moved.
        _scaleSum += distance;
        if (++_finished >= 2 * _means.Length)
            (_finished, _scaleSum) = (_finished / 2, _scaleSum / 2);
        if (_periods[i] < byte.MaxValue)
            _periods[i]++;
        (_sum, _distance, _points) = (0, 0, 0);
    }

    private int Index(long slot) => (int)(((slot % _means.Length) + _means.Length) % _means.Length);

    private long Floor(long timeMs) => (timeMs - (((timeMs % _slotMs) + _slotMs) % _slotMs)) / _slotMs;
}
