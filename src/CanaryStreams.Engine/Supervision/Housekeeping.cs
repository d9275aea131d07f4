using System.Collections.Concurrent;
using CanaryStreams.Engine.Journal;

namespace CanaryStreams.Engine.Supervision;

/// <summary>
/// What a running supervisor does between decisions, on the thread that decides: it stops rollouts of which an event turned out
/// to be corrupt while it was published, and puts away what ended long ago.
/// </summary>
public sealed class Housekeeping(Supervisor supervisor)
{
    private static readonly TimeSpan TidyEvery = TimeSpan.FromHours(1);
    private readonly ConcurrentQueue<JournalCorruptException> _found = new();
    private DateTimeOffset _tidyAt = DateTimeOffset.MinValue;

    /// <summary>To be called by whoever publishes, on any thread.</summary>
    public void Found(IReadOnlyList<JournalCorruptException> corrupt)
    {
        foreach (var one in corrupt)
            _found.Enqueue(one);
    }

    /// <summary>Stops what was found since the last call.</summary>
    public IReadOnlyList<LostRollout> StopCorrupt()
    {
        if (_found.IsEmpty)
            return [];
        var stopped = new List<LostRollout>();
        while (_found.TryDequeue(out var corrupt))
        {
            if (supervisor.Stop(corrupt) is { } lost)
                stopped.Add(lost);
        }
        return stopped;
    }

    /// <summary>A portion once an hour, and at each call while more is due.</summary>
    public void TidyUp(DateTimeOffset now)
    {
        if (now < _tidyAt)
            return;
        if (!supervisor.TidyUp(now).MoreIsDue)
            _tidyAt = now + TidyEvery;
    }
}
