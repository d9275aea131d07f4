using System.Runtime.CompilerServices;

namespace CanaryStreams.Core.Baselines;

/// <summary>
/// What the calendar says about a series: the time of day, the same with days off apart, or the time of the week. Each is
/// on trial against the level alone and against the simpler ones, and used while it comes nearer. Trials are run at a slow
/// gain: a season is for the hours ahead; what the last few buckets say is another's business.
/// </summary>
/// <remarks>UTC. Where days begin elsewhere, the time of the week tells, a week later than days off would have.</remarks>
internal sealed class CalendarSeason
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;
    private const int WeekSlots = 7 * 48;
    private const double DayGain = 1.0 / 5;
    private const double WeekGain = 1.0 / 3;
    private const double ErrorMemoryMs = 3 * DayMs;
    private const int ChooseEvery = 4;
    private const int DaysForDaysOff = 3;
    private const int DaysForWeek = 7;

    // What a shape must save of the error of the next simpler one, and what a change of mind must save.
    private const double Saves = 0.1;
    private const double SavesMore = 0.03;
    private const double Inertia = 0.03;

    private readonly long _sinceMs;
    private readonly int _daySlots;
    private readonly bool _isSmooth;
    private CycleShape _day;
    private CycleShape? _workday;
    private CycleShape? _dayOff;
    private CycleShape? _week;
    private Trials _trials;
    private int _count;
    private int _used;

    /// <summary>When it began.</summary>
    public long SinceMs => _sinceMs;

    public CalendarSeason(long timeMs, double stepMs)
    {
        _sinceMs = timeMs;
        _daySlots = stepMs >= 0.9 * HourMs ? 24 : 96;
        _isSmooth = 2 * stepMs < DayMs / _daySlots;
        _day = NewDay(DayGain);
    }

    /// <summary>Object of its fields, and the shapes.</summary>
    public int StateBytes =>
        136 + _day.StateBytes + (_workday?.StateBytes ?? 0) + (_dayOff?.StateBytes ?? 0) + (_week?.StateBytes ?? 0);

    public CalendarSeason Clone()
    {
        var clone = (CalendarSeason)MemberwiseClone();
        (clone._day, clone._workday) = (_day.Clone(), _workday?.Clone());
        (clone._dayOff, clone._week) = (_dayOff?.Clone(), _week?.Clone());
        return clone;
    }

    /// <summary>What the shape in use and its offset say; NaN while none is in use.</summary>
    public double At(long timeMs) => _used == 0 ? double.NaN : Shape(_used, timeMs) + _trials[_used].Offset;

    /// <summary>Compares the shapes at a bucket, and learns it.</summary>
    /// <param name="useAfterMs">History after which a shape may be used; they are compared after half of it.</param>
    /// <returns>The shape in use before and after, without its offset: 0 where there is none, NaN where unknown.</returns>
    public (double Before, double After) Learn(in SeasonBucket bucket, double useAfterMs, int bucketsMin)
    {
        var historyMs = bucket.EndMs - _sinceMs;
        var shapes = (Before: 0.0, After: 0.0);
        if (historyMs >= useAfterMs / 2)
            shapes = Compare(bucket, historyMs >= useAfterMs && _count >= bucketsMin);
        Grow(historyMs);
        var scale = Scale(bucket.Deviation);
        _day.Learn(bucket.EndMs, bucket.Value, bucket.Weight, scale);
        (IsDayOff(bucket.EndMs) ? _dayOff : _workday)?.Learn(bucket.EndMs, bucket.Value, bucket.Weight, scale);
        _week?.Learn(bucket.EndMs, bucket.Value, bucket.Weight, scale);
        return shapes;
    }

    /// <summary>The level has moved for good.</summary>
    public void Shift(double by)
    {
        for (var kind = 0; kind < Trials.Count; kind++)
            _trials[kind].Offset += by;
    }

    private (double Before, double After) Compare(in SeasonBucket bucket, bool mayChoose)
    {
        var kinds = Kinds;
        Span<double> shapes = stackalloc double[Trials.Count];
        shapes[0] = 0;
        for (var kind = 1; kind < kinds; kind++)
            shapes[kind] = Shape(kind, bucket.EndMs);
        // The simplest is what the others fall back to.
        if (double.IsNaN(shapes[1]))
            return (shapes[_used], shapes[_used]);
        _count++;
        var scale = Scale(bucket.Deviation);
        var errorGain = Math.Min(0.05, bucket.StepMs / ErrorMemoryMs);
        for (var kind = 0; kind < kinds; kind++)
            _trials[kind].Learn(bucket, bucket.Value - shapes[kind], errorGain, scale, _count);
        var before = shapes[_used];
        if (mayChoose && _count % ChooseEvery == 0)
            Choose(kinds);
        return (before, shapes[_used]);
    }

    // In a series that is outside of its band for half of each day the deviation of the rest says nothing about shapes.
    private double Scale(double deviation) => Math.Max(deviation, _trials[_used].Error);

    private void Choose(int kinds)
    {
        var (best, least, handicap) = (0, double.PositiveInfinity, 1.0);
        for (var kind = 0; kind < kinds; kind++)
        {
            var error = _trials[kind].Error * handicap * (kind == _used ? 1 - Inertia : 1);
            if (error < least)
                (best, least) = (kind, error);
            handicap /= kind == 0 ? 1 - Saves : 1 - SavesMore;
        }
        _used = best;
    }

    private int Kinds =>
        _week is not null ? 4
        : _workday is not null ? 3
        : 2;

    private double Shape(int kind, long timeMs)
    {
        var result = double.NaN;
        if (kind == 3)
            result = _week!.At(timeMs);
        if (kind >= 2 && double.IsNaN(result))
            result = (IsDayOff(timeMs) ? _dayOff : _workday)!.At(timeMs);
        return double.IsNaN(result) ? _day.At(timeMs) : result;
    }

    /// <summary>A finer shape begins with the errors of the simpler one that it falls back to.</summary>
    private void Grow(long historyMs)
    {
        if (_workday is null && historyMs >= DaysForDaysOff * DayMs)
        {
            (_workday, _dayOff) = (_day.Clone(), NewDay(WeekGain));
            _trials[2] = _trials[1];
        }
        if (_week is null && historyMs >= DaysForWeek * DayMs)
        {
            _week = new CycleShape(WeekSlots).Begin(WeekSlots, 7 * DayMs / WeekSlots, WeekGain, isSmooth: true);
            _trials[3] = _trials[2];
        }
    }

    private CycleShape NewDay(double gain) =>
        new CycleShape(_daySlots).Begin(_daySlots, DayMs / _daySlots, gain, _isSmooth);

    // Unix time began on a Thursday.
    private static bool IsDayOff(long timeMs) => ((timeMs / DayMs) + 3) % 7 >= 5;

    [InlineArray(Count)]
    private struct Trials
    {
        public const int Count = 4;
        private SeasonTrial _first;
    }
}
