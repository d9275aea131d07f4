namespace CanaryStreams.Engine.Replay;

/// <summary>
/// The clock of a replay, made from the records alone: it shows the earliest time among the next records, and never
/// goes back. In a recording in time order that is the record's own time; one record from the future, or a producer
/// whose clock is ahead, doesn't move it.
/// </summary>
public static class ReplayClock
{
    /// <summary>How many records, itself included, a record's clock looks at.</summary>
    public const int LookAhead = 64;

    /// <summary>Pairs each item with the clock, whole seconds of Unix time in milliseconds; 0 before the first time.</summary>
    /// <param name="timeMs">An item's event time; null where it has none, which leaves the clock as it is.</param>
    public static IEnumerable<(T Item, long ClockMs)> Stamp<T>(IEnumerable<T> items, Func<T, long?> timeMs)
    {
        var window = new Queue<T>();
        var rising = new LinkedList<(long Index, long TimeMs)>();
        var (read, given, clockMs) = (0L, 0L, 0L);
        foreach (var item in items)
        {
            window.Enqueue(item);
            Push(rising, read++, timeMs(item));
            if (window.Count == LookAhead)
                yield return (window.Dequeue(), clockMs = Next(rising, given++, clockMs));
        }
        while (window.TryDequeue(out var item))
            yield return (item, clockMs = Next(rising, given++, clockMs));
    }

    /// <summary>Keeps the candidates for the minimum of a sliding window: rising times, in order of index.</summary>
    private static void Push(LinkedList<(long Index, long TimeMs)> rising, long index, long? timeMs)
    {
        if (timeMs is not { } time)
            return;
        while (rising.Last is { } last && last.Value.TimeMs >= time)
            rising.RemoveLast();
        rising.AddLast((index, time));
    }

    private static long Next(LinkedList<(long Index, long TimeMs)> rising, long index, long clockMs)
    {
        if (rising.First is not { Value: var earliest })
            return clockMs;
        if (earliest.Index == index)
            rising.RemoveFirst();
        return Math.Max(clockMs, earliest.TimeMs - earliest.TimeMs % 1000);
    }
}
