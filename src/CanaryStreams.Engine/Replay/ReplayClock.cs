namespace CanaryStreams.Engine.Replay;

/// <summary>
/// The clock of a replay, made from the records alone: it shows the earliest time among the next records that is not
/// behind what it shows, and never goes back. In a recording in time order that is the record's own time; a record from
/// the future, or a producer whose clock is ahead, doesn't move it, and one from long ago doesn't stop it.
/// </summary>
public static class ReplayClock
{
    /// <summary>How many records, itself included, a record's clock looks at.</summary>
    public const int LookAhead = 64;

    private const long LonelyMs = 24 * 3600 * 1000;

    /// <summary>Pairs each item with the clock, whole seconds of Unix time in milliseconds; 0 before the first time.</summary>
    /// <param name="timeMs">An item's event time; null where it has none, which leaves the clock as it is.</param>
    public static IEnumerable<(T Item, long ClockMs)> Stamp<T>(IEnumerable<T> items, Func<T, long?> timeMs)
    {
        var window = new Queue<(T Item, long? TimeMs)>(LookAhead);
        var clockMs = 0L;
        foreach (var item in items)
        {
            window.Enqueue((item, timeMs(item)));
            if (window.Count == LookAhead)
                yield return Next(window, ref clockMs);
        }
        while (window.Count > 0)
            yield return Next(window, ref clockMs);
    }

    /// <summary>
    /// The head's own second, unless something later shows that the head is ahead. A head without a time, or from before
    /// what is shown, moves nothing; nor does one that is a day ahead with nobody beside it, as a last line may be.
    /// </summary>
    private static (T Item, long ClockMs) Next<T>(Queue<(T Item, long? TimeMs)> window, ref long clockMs)
    {
        var (item, headMs) = window.Peek();
        if (headMs >= clockMs)
        {
            var earliestMs = headMs.Value;
            foreach (var (_, timeMs) in window)
            {
                if (timeMs < earliestMs && timeMs - timeMs % 1000 > clockMs)
                    earliestMs = timeMs.Value;
            }
            if (clockMs == 0 || earliestMs - clockMs < LonelyMs || window.Count(one => one.TimeMs >= earliestMs) > 1)
                clockMs = earliestMs - earliestMs % 1000;
        }
        window.Dequeue();
        return (item, clockMs);
    }
}
