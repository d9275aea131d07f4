using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Engine.Supervision;

/// <summary>
/// All that a supervisor holds in memory: exactly what the journal says of its active rollouts, and half-gathered
/// buckets. Changed by <see cref="Turn.Commit"/> alone, after the journal has the events.
/// </summary>
internal sealed class RolloutTable
{
    private readonly SortedSet<(DateTimeOffset Due, long Order, string Rollout)> _deadlines = [];

    public Dictionary<string, Tracked> Active { get; } = [];

    /// <summary>Application → its one running rollout; kept for a rollout lost to another process, which still runs.</summary>
    public Dictionary<string, string> RunningByApp { get; } = [];
    public Dictionary<string, Gathering> Gathered { get; } = [];
    public DateTimeOffset? Clock { get; set; }
    public long NextOrder { get; set; }

    public DateTimeOffset? NextDeadline => _deadlines.Count == 0 ? null : _deadlines.Min.Due;

    /// <summary>Rollouts with a deadline up to a time, the earliest first.</summary>
    public IEnumerable<(DateTimeOffset Due, long Order, string Rollout)> DueUntil(DateTimeOffset time) =>
        _deadlines.TakeWhile(deadline => deadline.Due <= time);

    public void Clear()
    {
        Active.Clear();
        RunningByApp.Clear();
        Gathered.Clear();
        _deadlines.Clear();
    }

    public void Put(Tracked tracked)
    {
        Remove(tracked.Rollout);
        var app = tracked.State.Request?.App;
        if (!tracked.State.IsActive)
        {
            if (app is not null && RunningByApp.GetValueOrDefault(app) == tracked.Rollout)
                RunningByApp.Remove(app);
            return;
        }
        Active[tracked.Rollout] = tracked;
        RunningByApp[app!] = tracked.Rollout;
        if (tracked.Due is { } due)
            _deadlines.Add((due, tracked.Order, tracked.Rollout));
    }

    /// <summary>Removes a rollout that nobody decides any more, so that its application can have another one.</summary>
    /// <returns>False where it isn't active.</returns>
    public bool Free(string rollout)
    {
        if (Active.GetValueOrDefault(rollout)?.State.Request?.App is not { } app)
            return false;
        Remove(rollout);
        if (RunningByApp.GetValueOrDefault(app) == rollout)
            RunningByApp.Remove(app);
        return true;
    }

    /// <summary>Frees an application of the rollout that is growing in it, since a newer one does.</summary>
    /// <returns>That rollout; null where there is none. One that is being taken back is left alone.</returns>
    public string? Supersede(string app) =>
        RunningByApp.GetValueOrDefault(app) is { } running
        && Active.GetValueOrDefault(running)?.State.Phase is RolloutPhase.Running or RolloutPhase.Watching
        && Free(running)
            ? running
            : null;

    public void Remove(string rollout)
    {
        if (Active.Remove(rollout, out var before) && before.Due is { } due)
            _deadlines.Remove((due, before.Order, rollout));
    }
}
