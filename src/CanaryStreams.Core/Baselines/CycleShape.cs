namespace CanaryStreams.Core.Baselines;

/// <summary>
/// The shape of one cycle (an hour, a day, a week) in slots of equal length. A slot holds a moving mean of its means in
/// past cycles, whose innovations are clipped: one bad cycle moves it little. The phase is that of Unix time, so that a gap
/// of any length leaves it in step.
/// </summary>
internal sealed class CycleShape
{
    private const double Clip = 4;

    // Far enough from any time, and from an overflow of differences.
    private const long Never = long.MinValue / 2;

    // Between two slots lies an edge, and no slope, where they differ by so many times what their neighbours do, and by so
    // many deviations.
    private const float EdgeSteps = 3;
    private const float EdgeDeviations = 2;

    private float[] _means;
    private int _slots;
    private int _slotMs;
    private float _gain;
    private bool _isSmooth;
    private int _cycles;
    private float _deviation;
    private long _slotStartMs;
    private double _sum;
    private float _weight;

    // The pair of slots last asked for.
    private long _pairMs;
    private float _before;
    private float _after;
    private bool _isEdge;

    /// <param name="slotsMax">Slots that a cycle can have.</param>
    public CycleShape(int slotsMax) => _means = new float[slotsMax];

    public long PeriodMs => (long)_slotMs * _slots;

    public int StateBytes => BytesOf(_means.Length);

    /// <summary>Object of its fields, array with its header and length, and the slots.</summary>
    public static int BytesOf(int slots) => 88 + 24 + (sizeof(float) * slots);

    /// <summary>Forgets everything.</summary>
    /// <param name="slots">Slots of a cycle, at most as many as there is room for.</param>
    /// <param name="slotMs">Length of each.</param>
    /// <param name="gain">Weight of the newest cycle once there are many, in (0,1).</param>
    /// <param name="isSmooth">Whether values between the middles of two slots are interpolated.</param>
    public CycleShape Begin(int slots, long slotMs, double gain, bool isSmooth)
    {
        (_slots, _slotMs, _gain, _isSmooth) = (slots, (int)slotMs, (float)gain, isSmooth);
        (_cycles, _slotStartMs, _pairMs, _sum, _weight) = (0, Never, Never, 0, 0);
        _means.AsSpan().Fill(float.NaN);
        return this;
    }

    public CycleShape Clone()
    {
        var clone = (CycleShape)MemberwiseClone();
        clone._means = (float[])_means.Clone();
        return clone;
    }

    /// <summary>The value usual at this phase; NaN where there is no history.</summary>
    public double At(long timeMs)
    {
        var position = _isSmooth ? timeMs - (_slotMs / 2) : timeMs;
        // Divisions are what this would cost most: most buckets fall between the same two slots as the one before.
        if ((ulong)(position - _pairMs) >= (ulong)_slotMs)
            Find(Floor(position, _slotMs));
        if (!_isSmooth)
            return _before;
        var within = (position - _pairMs) / (double)_slotMs;
        if (_isEdge)
            return within < 0.5 ? _before : _after;
        return _before + (within * (_after - _before));
    }

    /// <summary>Takes a bucket into the slot that it belongs to.</summary>
    /// <param name="weight">Weight of the bucket among those of its slot, &gt; 0.</param>
    /// <param name="deviation">Deviation of the series: four times it is how far a slot's innovation may go.</param>
    public void Learn(long timeMs, double value, double weight, double deviation)
    {
        if ((ulong)(timeMs - _slotStartMs) >= (ulong)_slotMs)
            Enter(Floor(timeMs, _slotMs), deviation);
        _sum += value * weight;
        _weight += (float)weight;
    }

    private void Enter(long slot, double deviation)
    {
        if (_weight > 0)
        {
            var left = Floor(_slotStartMs, _slotMs);
            Finish(left, deviation);
            _cycles += Floor(slot, _slots) == Floor(left, _slots) ? 0 : 1;
        }
        _slotStartMs = slot * _slotMs;
    }

    private void Find(long slot)
    {
        _pairMs = slot * _slotMs;
        var index = Index(slot);
        (_before, _after) = (_means[index], _means[Next(index)]);
        if (!_isSmooth)
            return;
        if (float.IsNaN(_before))
            _before = _after;
        if (float.IsNaN(_after))
            _after = _before;
        var steps = Math.Max(
            Math.Abs(_before - _means[index == 0 ? _slots - 1 : index - 1]),
            Math.Abs(_means[Next(Next(index))] - _after)
        );
        _isEdge = Math.Abs(_after - _before) > (EdgeSteps * steps) + (EdgeDeviations * _deviation);
    }

    private void Finish(long slot, double deviation)
    {
        ref var mean = ref _means[Index(slot)];
        var here = _sum / _weight;
        var gain = Math.Max(_gain, 1.0 / (_cycles + 1));
        var limit = Clip * deviation;
        mean = float.IsNaN(mean) ? (float)here : (float)(mean + (gain * Math.Clamp(here - mean, -limit, limit)));
        (_sum, _weight, _pairMs, _deviation) = (0, 0, Never, (float)deviation);
    }

    private int Next(int index) => index + 1 == _slots ? 0 : index + 1;

    private int Index(long slot)
    {
        var index = (int)(slot % _slots);
        return index < 0 ? index + _slots : index;
    }

    private static long Floor(long time, long unit)
    {
        var quotient = time / unit;
        return time < 0 && quotient * unit != time ? quotient - 1 : quotient;
    }
}
