namespace CanaryStreams.Core.Anomaly.Members;

/// <summary>
/// Distance to a profile of the day or of the week, apart from a slow level that the days differ by: in units of the
/// usual distance at any time and at this time, smoothed over some points, and that of the step from the point before.
/// Says nothing before the second period.
/// </summary>
/// <remarks>
/// Slots hold moving means over the periods, whose innovations are clipped: a fault moves them little, however often the
/// series is sampled, and a lasting change is learnt within some periods.
/// </remarks>
internal sealed class PeriodicMember
{
    private const double LevelGain = 0.003;
    private const double ScaleGain = 0.002;
    private const double StepGain = 0.01;
    private const double SmoothGain = 0.2;
    private const double SlotShare = 0.6;
    private const double Clip = 6;
    private const double StepClip = 10;
    private const int ClipAfter = 32;

    private PeriodSlots _slots;
    private double _level;
    private double _scale;
    private double _stepScale;
    private double _smooth;
    private double _smoothVariance;
    private double _expectedBefore = double.NaN;
    private double _before;
    private int _points;
    private int _steps;

    /// <param name="periodMs">Length of the period: a day, a week.</param>
    /// <param name="slotMsMin">Finest resolution; a series with longer steps has coarser slots.</param>
    public PeriodicMember(long periodMs, long slotMsMin) => _slots = new PeriodSlots(periodMs, slotMsMin);

    /// <summary>In units of the usual distance.</summary>
    public double Distance { get; private set; }

    /// <summary>In units of the usual distance at this time of the period.</summary>
    public double SlotDistance { get; private set; }

    /// <summary>Distance of the last few points together.</summary>
    public double SmoothDistance { get; private set; }

    /// <summary>The step from the point before, apart from the profile's own.</summary>
    public double StepDistance { get; private set; }

    public void Observe(long timeMs, double value)
    {
        (Distance, SlotDistance, SmoothDistance, StepDistance) = (0, 0, 0, 0);
        if (!_slots.Begin(timeMs))
            return;
        var expected = _slots.Expected(timeMs);
        if (double.IsNaN(expected))
            _slots.Add(value, 0);
        else
            Compare(value, expected);
        (_before, _expectedBefore) = (value, expected);
    }

    public PeriodicMember Clone()
    {
        var clone = (PeriodicMember)MemberwiseClone();
        clone._slots = _slots.Clone();
        return clone;
    }

    private void Compare(double value, double expected)
    {
        var residual = value - expected - _level;
        var trust = Deviation.Trust(_points, 20);
        Distance = trust * Deviation.Of(residual, _scale, value);
        var slotScale = _slots.IsKnown ? (SlotShare * _slots.Scale) + ((1 - SlotShare) * _scale) : _scale;
        SlotDistance = trust * Deviation.Of(residual, slotScale, value);
        Smooth(value, residual);
        Step(value, expected);
        var limit = _points < ClipAfter ? double.PositiveInfinity : Clip * _scale;
        var clipped = Math.Clamp(residual, -limit, limit);
        _slots.Add(value, Math.Abs(clipped));
        _scale += Deviation.Gain(ScaleGain, _points) * (Math.Abs(clipped) - _scale);
        if (_points > 0)
            _level += Deviation.Gain(LevelGain, _points) * clipped;
        _points++;
    }

    private void Smooth(double value, double residual)
    {
        _smooth += SmoothGain * (residual - _smooth);
        if (_points >= 3)
        {
            var deviation = Deviation.Of(_smooth, Math.Sqrt(_smoothVariance), value);
            SmoothDistance = Deviation.Trust(_points, 20) * deviation;
        }
        var limit = _points < 50 ? double.PositiveInfinity : 25 * Math.Max(_smoothVariance, 1e-300);
        var square = Math.Min(_smooth * _smooth, limit);
        _smoothVariance += Deviation.Gain(ScaleGain, _points) * (square - _smoothVariance);
    }

    private void Step(double value, double expected)
    {
        if (double.IsNaN(_expectedBefore))
            return;
        var residual = value - _before - (expected - _expectedBefore);
        StepDistance = Deviation.Trust(_steps, 8) * Deviation.Of(residual, _stepScale, value);
        var limit = _steps < 16 ? double.PositiveInfinity : StepClip * Math.Max(_stepScale, 1e-300);
        var size = Math.Min(Math.Abs(residual), limit);
        _stepScale += Deviation.Gain(StepGain, _steps++) * (size - _stepScale);
    }
}
