using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace CanaryStreams.Engine.Diagnostics;

/// <summary>
/// The gauges of one partition in one role. They are there for as long as the process owns it: a partition that has moved
/// shows no lag here. A gauge that was never set isn't shown.
/// </summary>
public sealed class LaneMetrics : IDisposable
{
    /// <summary>In place of a count, where none was given.</summary>
    private const long Unknown = -1;

    private readonly ConcurrentDictionary<string, long> _lags = new();
    private readonly Action<LaneMetrics> _forget;
    private long _activeRollouts = Unknown;
    private long _outboxPending = Unknown;

    internal LaneMetrics(string role, int partition, Action<LaneMetrics> forget)
    {
        Role = role;
        Partition = partition;
        _forget = forget;
    }

    internal string Role { get; }
    internal int Partition { get; }
    internal long? ActiveRollouts => Known(ref _activeRollouts);
    internal long? OutboxPending => Known(ref _outboxPending);

    internal IEnumerable<Measurement<long>> Lags =>
        _lags.Select(lag => new Measurement<long>(
            lag.Value,
            new("role", Role),
            new("topic", lag.Key),
            new("partition", Partition)
        ));

    /// <param name="records">Between the newest record that the broker is known to have and the last one read.</param>
    public void Lag(string topic, long records) => _lags[topic] = records;

    /// <param name="rollouts">Under way in this partition.</param>
    public void Active(long rollouts) => Volatile.Write(ref _activeRollouts, rollouts);

    /// <param name="events">In the journal and not published yet.</param>
    public void Pending(long events) => Volatile.Write(ref _outboxPending, events);

    public void Dispose() => _forget(this);

    private static long? Known(ref long count) => Volatile.Read(ref count) is var value and not Unknown ? value : null;
}
