namespace CanaryStreams.Cli.Plot;

/// <param name="Label">What stands at the tick: a time of day, a day, a month or a year.</param>
/// <param name="Context">The date or year it belongs to, where that begins or changes; else null.</param>
internal readonly record struct TimeTick(long TimeMs, string Label, string? Context);

/// <summary>Ticks of a time axis at round times UTC.</summary>
internal static class TimeTicks
{
    private const long Second = 1000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    // The epoch was a Thursday; weeks begin on Mondays.
    private const long FirstMonday = 4 * Day;

    private static readonly long[] Steps =
    [
        .. new long[] { 1, 2, 5, 10, 20, 50, 100, 200, 500 },
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(seconds => seconds * Second),
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(minutes => minutes * Minute),
        .. new[] { 1, 2, 3, 6, 12 }.Select(hours => hours * Hour),
        .. new[] { 1, 2, 7, 14 }.Select(days => days * Day),
    ];

    private static readonly int[] MonthSteps =
    [
        .. new[] { 1, 2, 3, 6 },
        .. new[] { 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000 }.Select(years => 12 * years),
    ];

    /// <param name="fromMs">Start of the axis in Unix milliseconds, before <paramref name="toMs"/>.</param>
    /// <param name="countMax">At most this many intervals.</param>
    public static IReadOnlyList<TimeTick> Between(long fromMs, long toMs, int countMax)
    {
        var step = Array.Find(Steps, step => (toMs - fromMs) / (double)step <= countMax);
        if (step == 0)
            return Months(fromMs, toMs, countMax);
        var (format, context) = step switch
        {
            >= Day => ("d MMM", "yyyy"),
            >= Minute => ("HH:mm", "d MMM yyyy"),
            >= Second => ("HH:mm:ss", "d MMM yyyy"),
            _ => ("HH:mm:ss.fff", "d MMM yyyy"),
        };
        var origin = step % (7 * Day) == 0 ? FirstMonday : 0;
        var first = origin + (long)(Math.Ceiling((fromMs - origin) / (double)step) * step);
        var times = new List<long>();
        for (var time = first; time <= toMs; time += step)
            times.Add(time);
        return Label(times, format, context);
    }

    private static List<TimeTick> Months(long fromMs, long toMs, int countMax)
    {
        var (from, to) = (TimeText.Utc(fromMs), TimeText.Utc(toMs));
        var months = ((to.Year - from.Year) * 12) + to.Month - from.Month;
        var step = MonthSteps.First(step => months <= step * countMax);
        var first = (from.Year * 12) + from.Month - 1;
        var times = new List<long>();
        for (var month = first - (first % step); month < 9999 * 12; month += step)
        {
            var time = new DateTimeOffset(Math.Max(1, month / 12), (month % 12) + 1, 1, 0, 0, 0, TimeSpan.Zero);
            var timeMs = time.ToUnixTimeMilliseconds();
            if (timeMs > toMs)
                break;
            if (timeMs >= fromMs)
                times.Add(timeMs);
        }
        return step % 12 == 0 ? Label(times, "yyyy", null) : Label(times, "MMM", "yyyy");
    }

    private static List<TimeTick> Label(List<long> times, string format, string? contextFormat)
    {
        var ticks = new List<TimeTick>(times.Count);
        var last = "";
        foreach (var timeMs in times)
        {
            var time = TimeText.Utc(timeMs);
            var context = contextFormat is null ? "" : time.ToString(contextFormat);
            ticks.Add(new TimeTick(timeMs, time.ToString(format), context == last ? null : context));
            last = context;
        }
        return ticks;
    }
}
