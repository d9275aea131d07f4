namespace CanaryStreams.Core.Judging;

/// <summary>
/// A series on an even grid around a change, in which no step mixes both sides, and the same without its season: the
/// median of the same time of day on up to seven days before, where there are days enough.
/// </summary>
internal sealed class ChangeGrid
{
    private const int SeasonDaysMax = 7;
    private const int SeasonDaysMin = 2;
    private const int HistoryDaysMin = 3;
    private const long DayMs = 86_400_000;
    private const long StepMsMin = 60_000;

    // Squares, sums and differences must stay finite.
    private const double MagnitudeMax = 1e150;

    private ChangeGrid(double[] values, int change, long stepMs)
    {
        (Values, Change, StepMs) = (values, change, stepMs);
        var first = Array.FindIndex(values, value => !double.IsNaN(value));
        First = first < 0 ? change : Math.Min(first, change);
        var day = (int)(DayMs / stepMs);
        var hasDays = day > 0 && change - First >= HistoryDaysMin * day;
        Residuals = hasDays ? Deseasonalise(values, day) : values;
        // Moments with fewer days before them don't compare: their season is worse known.
        PlaceboFirst = hasDays ? First + Math.Min(SeasonDaysMax * day, (change - First) * 2 / 3) : First;
    }

    /// <summary>Mean of the values in each step; NaN where there is none.</summary>
    public double[] Values { get; }

    /// <summary>Values less season; NaN where there is no value.</summary>
    public double[] Residuals { get; }

    public long StepMs { get; }

    /// <summary>Index of the first step behind the change.</summary>
    public int Change { get; }

    /// <summary>Index of the first value; that of the change where there is none before.</summary>
    public int First { get; }

    /// <summary>Index from which on moments compare with the change.</summary>
    public int PlaceboFirst { get; }

    /// <summary>The same series on the <see cref="RatioScale"/>, so its season is a factor; null where there are no ratios.</summary>
    public ChangeGrid? OnRatioScale() =>
        RatioScale.Apply(Values, Change) is { } scaled ? new ChangeGrid(scaled, Change, StepMs) : null;

    /// <summary>How far two steps are apart by the time of day, 0 to 12 hours.</summary>
    public TimeSpan ClockDistance(int a, int b)
    {
        var distanceMs = Math.Abs(a - b) * StepMs % DayMs;
        return TimeSpan.FromMilliseconds(Math.Min(distanceMs, DayMs - distanceMs));
    }

    /// <summary>Steps in a stretch of time, at least one.</summary>
    public int Steps(TimeSpan time) => (int)Math.Max(1, (long)time.TotalMilliseconds / StepMs);

    /// <param name="times">Unix milliseconds, not falling.</param>
    /// <param name="values">As many as times; what isn't finite is missing.</param>
    public static ChangeGrid Build(
        ReadOnlySpan<long> times,
        ReadOnlySpan<double> values,
        long changeMs,
        JudgeSettings settings
    )
    {
        var historyMs = (long)settings.History.TotalMilliseconds;
        var afterMs = (long)settings.After.TotalMilliseconds;
        // What lies behind the window must not even tell the step.
        var used = Between(times, changeMs - historyMs, changeMs + afterMs);
        var stepMs = Math.Max(StepMsMin, MedianStep(times[used]));
        var before = (int)(historyMs / stepMs);
        var sums = new double[before + (int)((afterMs + stepMs - 1) / stepMs)];
        var counts = new int[sums.Length];
        for (var i = used.Start.Value; i < used.End.Value; i++)
        {
            var index = before + FloorDivide(times[i] - changeMs, stepMs);
            if (index < 0 || index >= sums.Length || !double.IsFinite(values[i]))
                continue;
            sums[index] += Math.Clamp(values[i], -MagnitudeMax, MagnitudeMax);
            counts[index]++;
        }
        for (var i = 0; i < sums.Length; i++)
            sums[i] = counts[i] > 0 ? sums[i] / counts[i] : double.NaN;
        return new ChangeGrid(sums, before, stepMs);
    }

    private static Range Between(ReadOnlySpan<long> times, long fromMs, long untilMs)
    {
        var start = 0;
        while (start < times.Length && times[start] < fromMs)
            start++;
        var end = start;
        while (end < times.Length && times[end] < untilMs)
            end++;
        return start..end;
    }

    private static long FloorDivide(long time, long step) => (time - (((time % step) + step) % step)) / step;

    private static long MedianStep(ReadOnlySpan<long> times)
    {
        if (times.Length < 2)
            return 0;
        var steps = new long[times.Length - 1];
        for (var i = 0; i < steps.Length; i++)
            steps[i] = times[i + 1] - times[i];
        Array.Sort(steps);
        return steps[steps.Length / 2];
    }

    private static double[] Deseasonalise(double[] values, int day)
    {
        var residuals = new double[values.Length];
        Span<double> sameTime = stackalloc double[SeasonDaysMax];
        for (var i = 0; i < values.Length; i++)
        {
            var count = 0;
            for (var d = 1; d <= SeasonDaysMax && i - (d * day) >= 0; d++)
            {
                var value = values[i - (d * day)];
                if (!double.IsNaN(value))
                    sameTime[count++] = value;
            }
            residuals[i] = values[i] - (count >= SeasonDaysMin ? Robust.Median(sameTime[..count]) : 0);
        }
        return residuals;
    }
}
