using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace CanaryStreams.Engine.Diagnostics;

/// <summary>
/// The engine's instruments, on a meter of its own. Counts are given once per batch, not per record. What belongs to a
/// partition is told to its <see cref="LaneMetrics"/> and goes with it. All methods are safe to call from all threads.
/// </summary>
public sealed class EngineMetrics : IDisposable
{
    public const string MeterName = "CanaryStreams";

    /// <summary>Seconds: from a commit to a local disk to a database that hardly answers any more.</summary>
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    /// <summary>Bytes: 1 KiB to 256 MiB.</summary>
    private static readonly InstrumentAdvice<long> Sizes = new()
    {
        HistogramBucketBoundaries = [.. Enumerable.Range(0, 10).Select(power => 1024L << (2 * power))],
    };

    private readonly Counter<long> _read;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _signals;
    private readonly Counter<long> _appended;
    private readonly Counter<long> _conflicts;
    private readonly Counter<long> _commands;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _takeovers;
    private readonly Counter<long> _retries;
    private readonly Histogram<double> _appendDuration;
    private readonly Histogram<double> _snapshotDuration;
    private readonly Histogram<long> _snapshotSize;
    private readonly ConcurrentDictionary<string, bool> _available = new();
    private readonly ConcurrentDictionary<LaneMetrics, byte> _lanes = new();

    public EngineMetrics(EngineHealth health)
    {
        Meter = new Meter(MeterName, typeof(EngineMetrics).Assembly.GetName().Version?.ToString(3));
        _read = Counter("records.read", "{record}", "Records read from a topic.");
        _rejected = Counter("records.rejected", "{record}", "Records of a topic that could not be used.");
        _signals = Counter("signals.published", "{signal}", "Signals that the broker has acknowledged.");
        _appended = Counter("decisions.appended", "{event}", "Events of rollouts that the journal holds.");
        _conflicts = Counter("journal.conflicts", "{append}", "Appends refused because another process had decided.");
        _commands = Counter("commands.published", "{command}", "Commands that the broker has acknowledged.");
        _ended = Counter("rollouts.ended", "{rollout}", "Rollouts that came to their end, by outcome.");
        _takeovers = Counter("takeovers", "{rollout}", "Rollouts taken over under a higher epoch.");
        _retries = Counter("retries", "{attempt}", "Repeated attempts to reach a dependency.");
        _appendDuration = Histogram("journal.append.duration", "s", "Time of one append to the journal.", Durations);
        _snapshotDuration = Histogram("snapshot.duration", "s", "Time to write a lane's snapshot.", Durations);
        _snapshotSize = Histogram("snapshot.size", "By", "Size of a lane's snapshot.", Sizes);
        Observe("dependency.available", "1", "1 where a dependency answers, 0 where it doesn't.", Availability);
        Observe("part.ready", "1", "1 where a part of the engine is ready, 0 where it isn't.", () => Readiness(health));
        ObserveLanes();
    }

    /// <summary>This engine's own, also where a process has several.</summary>
    public Meter Meter { get; }

    public void Read(string topic, long records) => _read.Add(records, Tag("topic", topic));

    public void Rejected(string topic, long records) => _rejected.Add(records, Tag("topic", topic));

    public void SignalsPublished(long signals) => _signals.Add(signals);

    /// <summary>One transaction of the journal that went through.</summary>
    public void Appended(long events, TimeSpan took)
    {
        _appended.Add(events);
        _appendDuration.Record(took.TotalSeconds);
    }

    /// <summary>An append was refused for its expected version: a rollout has another owner.</summary>
    public void AppendConflicted() => _conflicts.Add(1);

    public void CommandsPublished(long commands) => _commands.Add(commands);

    /// <param name="outcome">One of a few words, such as <c>promoted</c>.</param>
    public void RolloutEnded(string outcome) => _ended.Add(1, Tag("outcome", outcome));

    public void TakenOver(long rollouts) => _takeovers.Add(rollouts);

    /// <param name="dependency"><c>kafka</c> or <c>journal</c>.</param>
    public void Retried(string dependency) => _retries.Add(1, Tag("dependency", dependency));

    /// <param name="dependency"><c>kafka</c> or <c>journal</c>.</param>
    public void Available(string dependency, bool isAvailable) => _available[dependency] = isAvailable;

    public void SnapshotWritten(long bytes, TimeSpan took)
    {
        _snapshotSize.Record(bytes);
        _snapshotDuration.Record(took.TotalSeconds);
    }

    /// <summary>A partition that this process owns from now on, until it is disposed.</summary>
    /// <param name="role"><c>analyzer</c> or <c>supervisor</c>.</param>
    public LaneMetrics Lane(string role, int partition)
    {
        var lane = new LaneMetrics(role, partition, gone => _lanes.TryRemove(gone, out _));
        _lanes[lane] = 0;
        return lane;
    }

    public void Dispose() => Meter.Dispose();

    private void ObserveLanes()
    {
        Observe(
            "lanes.owned",
            "{partition}",
            "Partitions that this process owns, by role.",
            () =>
                _lanes
                    .Keys.CountBy(lane => lane.Role)
                    .Select(role => new Measurement<long>(role.Value, Tag("role", role.Key)))
        );
        Observe(
            "rollouts.active",
            "{rollout}",
            "Rollouts under way that a partition decides.",
            () => OfLanes(lane => lane.ActiveRollouts)
        );
        Observe(
            "outbox.pending",
            "{event}",
            "Journalled events of a partition that are not published yet.",
            () => OfLanes(lane => lane.OutboxPending)
        );
        Observe(
            "partition.lag",
            "{record}",
            "Records of a partition that the broker has and this process hasn't read.",
            () => _lanes.Keys.SelectMany(lane => lane.Lags)
        );
    }

    private IEnumerable<Measurement<long>> OfLanes(Func<LaneMetrics, long?> value) =>
        from lane in _lanes.Keys
        let measured = value(lane)
        where measured is not null
        select new Measurement<long>(measured.Value, Tag("partition", lane.Partition));

    private IEnumerable<Measurement<long>> Availability() =>
        _available.Select(one => new Measurement<long>(one.Value ? 1 : 0, Tag("dependency", one.Key)));

    private static IEnumerable<Measurement<long>> Readiness(EngineHealth health) =>
        health.Report().Parts.Select(part => new Measurement<long>(part.IsReady ? 1 : 0, Tag("part", part.Name)));

    private Counter<long> Counter(string name, string unit, string description) =>
        Meter.CreateCounter<long>($"canarystreams.{name}", unit, description);

    private Histogram<T> Histogram<T>(string name, string unit, string description, InstrumentAdvice<T> advice)
        where T : struct => Meter.CreateHistogram($"canarystreams.{name}", unit, description, tags: null, advice);

    private void Observe(string name, string unit, string description, Func<IEnumerable<Measurement<long>>> observe) =>
        Meter.CreateObservableGauge($"canarystreams.{name}", observe, unit, description);

    private static KeyValuePair<string, object?> Tag(string name, object value) => new(name, value);
}
