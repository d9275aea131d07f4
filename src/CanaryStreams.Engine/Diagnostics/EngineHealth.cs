namespace CanaryStreams.Engine.Diagnostics;

/// <summary>
/// What the engine's parts say of themselves. They come and go: <c>broker</c>, <c>journal</c>, and with each partition
/// <c>analyzer/3</c>, <c>supervisor/3</c>. Safe to use from all threads; it holds the parts that there are, and nothing of
/// those that are gone.
/// </summary>
/// <param name="time">Its clock says since when; its timestamps, which no correction of the clock moves, measure silence.</param>
public sealed class EngineHealth(TimeProvider time)
{
    /// <summary>
    /// The longest silence of a part that beats: more than a turn of a loop takes with a request to a broker or a database
    /// that doesn't answer. A loop that waits for longer than that beats while it waits.
    /// </summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ReportingPart> _parts = [];

    /// <summary>
    /// A part that is starting. It takes the place of one with the same name, which is ignored from then on: a partition
    /// may come back before its former lane has ended.
    /// </summary>
    public IHealthPart Part(string name)
    {
        var part = new ReportingPart(name, time, Forget);
        lock (_lock)
            _parts[name] = part;
        return part;
    }

    public HealthReport Report()
    {
        ReportingPart[] parts;
        lock (_lock)
            parts = [.. _parts.Values];
        return new HealthReport(
            time.GetUtcNow(),
            [.. parts.Select(part => part.Health).OrderBy(part => part.Name, StringComparer.Ordinal)]
        );
    }

    private void Forget(ReportingPart part)
    {
        lock (_lock)
        {
            if (_parts.TryGetValue(part.Name, out var known) && known == part)
                _parts.Remove(part.Name);
        }
    }
}
