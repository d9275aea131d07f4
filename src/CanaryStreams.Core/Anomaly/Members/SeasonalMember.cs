namespace CanaryStreams.Core.Anomaly.Members;

/// <summary>
/// Distance to the median of the same time of day on up to seven days before, apart from a slow level that the days
/// differ by. Says nothing before the second day.
/// </summary>
/// <remarks>State: 4 bytes for each slot of seven days (40 KiB at one-minute slots), a day's at a time.</remarks>
internal sealed class SeasonalMember : IScoreMember
{
    private const int Days = 7;
    private const long DayMs = 86_400_000;
    private const long SlotMsMin = 60_000;
    private const double LevelGain = 0.01;
    private const double ScaleGain = 0.005;
    private const double Clip = 4;

    private SamplingInterval _interval;
    private float[]?[] _days = new float[]?[Days];
    private int _slots;
    private long _day = long.MinValue;
    private double _level;
    private double _scale;
    private int _points;

    /// <summary>What the time of day alone says, level included; NaN where there is no history.</summary>
    public double Expected { get; private set; } = double.NaN;

    public double Observe(long timeMs, double value)
    {
        _interval.Observe(timeMs);
        if (_interval.Ms is 0 or > DayMs / 4)
            return 0;
        if (_slots == 0)
            _slots = (int)(DayMs / Math.Max(SlotMsMin, _interval.Ms));
        var withinDay = ((timeMs % DayMs) + DayMs) % DayMs;
        var day = (timeMs - withinDay) / DayMs;
        Turn(day);
        var slot = (int)(withinDay * _slots / DayMs);
        var season = Median(slot);
        var deviation = double.IsNaN(season) ? 0 : Compare(value, season);
        _days[Row(day)]![slot] = (float)value;
        return deviation;
    }

    public IScoreMember Clone()
    {
        var clone = (SeasonalMember)MemberwiseClone();
        clone._days = Array.ConvertAll(_days, day => (float[]?)day?.Clone());
        return clone;
    }

    private double Compare(double value, double season)
    {
        Expected = season + _level;
        var residual = value - Expected;
        var deviation = _points == 0 ? 0 : Deviation.Of(residual, _scale, value) * (_points / (_points + 8.0));
        // A fault moves level and scale by what a large normal deviation would at most.
        var size = _points < 16 ? Math.Abs(residual) : Math.Min(Math.Abs(residual), Clip * _scale);
        _scale += Deviation.Gain(ScaleGain, _points) * (size - _scale);
        _level += Deviation.Gain(LevelGain, _points) * Math.CopySign(size, residual);
        _points++;
        return deviation;
    }

    /// <summary>Forgets what is a week old as days begin; a gap of days forgets those too.</summary>
    private void Turn(long day)
    {
        if (day == _day)
            return;
        var first = _day == long.MinValue ? day : Math.Max(_day + 1, day - Days + 1);
        for (var d = first; d <= day; d++)
            _days[Row(d)]?.AsSpan().Fill(float.NaN);
        ref var today = ref _days[Row(day)];
        if (today is null)
        {
            today = new float[_slots];
            today.AsSpan().Fill(float.NaN);
        }
        _day = day;
    }

    private static int Row(long day) => (int)(((day % Days) + Days) % Days);

    private double Median(int slot)
    {
        Span<float> sorted = stackalloc float[Days];
        var count = 0;
        foreach (var day in _days)
        {
            if (day is null || float.IsNaN(day[slot]))
                continue;
            var i = count++;
            for (; i > 0 && sorted[i - 1] > day[slot]; i--)
                sorted[i] = sorted[i - 1];
            sorted[i] = day[slot];
        }
        if (count == 0)
            return double.NaN;
        return 0.5 * ((double)sorted[(count - 1) / 2] + sorted[count / 2]);
    }
}
