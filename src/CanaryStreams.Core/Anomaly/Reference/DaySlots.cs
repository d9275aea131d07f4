namespace CanaryStreams.Core.Anomaly.Reference;

/// <summary>Values of a series by time of day, for up to seven days before the present one.</summary>
internal sealed class DaySlots
{
    private const int Days = 7;
    private const long DayMs = 86_400_000;
    private const long SlotMsMin = 60_000;

    // The present day's row is beside those of the seven days before.
    private readonly double[]?[] _rows = new double[Days + 1][];
    private SamplingInterval _interval;
    private int _slots;
    private long _day = long.MinValue;

    /// <summary>Median of the values at this time of day on earlier days; NaN where there is none.</summary>
    public double Median(long timeMs)
    {
        if (_slots == 0)
            return double.NaN;
        var (day, slot) = Locate(timeMs);
        Span<double> values = stackalloc double[Days];
        var count = 0;
        for (var ago = 1; ago <= Days; ago++)
        {
            if (day - ago <= _day && day - ago > _day - Days - 1 && _rows[Row(day - ago)] is { } row)
            {
                if (!double.IsNaN(row[slot]))
                    values[count++] = row[slot];
            }
        }
        if (count == 0)
            return double.NaN;
        values[..count].Sort();
        return 0.5 * (values[(count - 1) / 2] + values[count / 2]);
    }

    public void Learn(long timeMs, double value)
    {
        _interval.Observe(timeMs);
        // A slot is a sampling interval; a series of a few points a day has no times of day to compare.
        if (_interval.Ms is 0 or > DayMs / 4)
            return;
        if (_slots == 0)
            _slots = (int)(DayMs / Math.Max(SlotMsMin, _interval.Ms));
        var (day, slot) = Locate(timeMs);
        Begin(day);
        _rows[Row(day)]![slot] = value;
    }

    private void Begin(long day)
    {
        if (day == _day)
            return;
        var first = _day == long.MinValue ? day : Math.Max(_day + 1, day - Days);
        for (var d = first; d <= day; d++)
        {
            ref var row = ref _rows[Row(d)];
            row ??= new double[_slots];
            row.AsSpan().Fill(double.NaN);
        }
        _day = day;
    }

    private (long Day, int Slot) Locate(long timeMs)
    {
        var withinDay = ((timeMs % DayMs) + DayMs) % DayMs;
        return ((timeMs - withinDay) / DayMs, (int)(withinDay * _slots / DayMs));
    }

    private static int Row(long day) => (int)(((day % (Days + 1)) + Days + 1) % (Days + 1));
}
