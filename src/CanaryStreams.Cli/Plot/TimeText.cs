namespace CanaryStreams.Cli.Plot;

/// <summary>Writes Unix milliseconds as UTC for people.</summary>
internal static class TimeText
{
    private const double DayMs = 86_400_000;

    public static bool CanShow(long timeMs) =>
        timeMs >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds()
        && timeMs <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static DateTime Utc(long timeMs) => DateTimeOffset.FromUnixTimeMilliseconds(timeMs).UtcDateTime;

    /// <summary>To the minute, or as fine as the time is; the bare number where no calendar has it.</summary>
    public static string Full(long timeMs) =>
        !CanShow(timeMs) ? $"{timeMs} ms"
        : timeMs % 60_000 == 0 ? $"{Utc(timeMs):yyyy-MM-dd HH:mm}"
        : timeMs % 1000 == 0 ? $"{Utc(timeMs):yyyy-MM-dd HH:mm:ss}"
        : $"{Utc(timeMs):yyyy-MM-dd HH:mm:ss.fff}";

    /// <summary>As short as it can be told apart on an axis from one time to another.</summary>
    public static string Short(long timeMs, long fromMs, long toMs)
    {
        var time = Utc(timeMs);
        var clock = timeMs % 60_000 == 0 || toMs - fromMs > DayMs ? $"{time:HH:mm}" : $"{time:HH:mm:ss}";
        return Utc(fromMs).Date == Utc(toMs).Date ? clock : $"{time:d MMM} {clock}";
    }

    /// <summary>A length of time by its two largest units.</summary>
    public static string Span(long spanMs)
    {
        var span = TimeSpan.FromMilliseconds(spanMs);
        return span switch
        {
            { TotalDays: >= 10 } => $"{Math.Round(span.TotalDays):0} days",
            { TotalDays: >= 1 } => $"{span.Days} d" + More(span.Hours, "h"),
            { TotalHours: >= 1 } => $"{span.Hours} h" + More(span.Minutes, "min"),
            { TotalMinutes: >= 1 } => $"{span.Minutes} min" + More(span.Seconds, "s"),
            _ => $"{span.TotalSeconds:0.###} s",
        };
    }

    private static string More(int count, string unit) => count == 0 ? "" : $" {count} {unit}";
}
