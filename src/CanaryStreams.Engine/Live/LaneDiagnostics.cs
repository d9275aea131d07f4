using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Diagnostics;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Engine.Supervision;
using Microsoft.Extensions.Logging;

namespace CanaryStreams.Engine.Live;

/// <summary>What one lane tells of itself, for as long as this process has its partition. It also waits for the journal.</summary>
internal sealed class LaneDiagnostics : IJournalWatch, IDisposable
{
    private readonly EngineMetrics _metrics;
    private readonly IHealthPart _health;
    private readonly LaneMetrics _lane;
    private readonly ILogger _logger;
    private CancellationToken _stop;

    public LaneDiagnostics(EngineDiagnostics diagnostics, string role, int partition, ILogger logger)
    {
        _metrics = diagnostics.Metrics;
        _health = diagnostics.Health.Part($"{role}/{partition}");
        _lane = _metrics.Lane(role, partition);
        _logger = logger;
    }

    public void Starts(string what, CancellationToken stop)
    {
        _stop = stop;
        _health.Waits(what);
    }

    public void Ready() => _health.Ready();

    public void Lag(string topic, long records) => _lane.Lag(topic, records);

    public void Active(int rollouts) => _lane.Active(rollouts);

    public void TakenOver(int rollouts) => _metrics.TakenOver(rollouts);

    public void Pending(int events) => _lane.Pending(events);

    public void Published(IReadOnlyList<OutputRecord> records, IReadOnlyList<RolloutEvent> events)
    {
        _metrics.CommandsPublished(records.Count(record => record.Topic == Topics.Control));
        foreach (var ended in events.OfType<RolloutEnded>())
        {
            _metrics.RolloutEnded(ended.Outcome.ToString().ToLowerInvariant());
            if (ended.Unconfirmed is not null)
                LiveLog.Unconfirmed(_logger, EventSentence.Of(ended));
        }
    }

    public void Corrupt(JournalCorruptException corrupt) => LiveLog.OutboxCorrupt(_logger, corrupt.Message);

    public void Lost(LostRollout lost) => LiveLog.RolloutLost(_logger, lost.Rollout, lost.Reason);

    public void SignalsPublished(int signals) => _metrics.SignalsPublished(signals);

    public void Rejected(IEnumerable<OutputRecord> rejects)
    {
        foreach (var (topic, count) in rejects.CountBy(RejectRecord.OriginOf))
            _metrics.Rejected(topic, count);
    }

    public void PublishedNotRead(string reason) => LiveLog.PublishedNotRead(_logger, reason);

    public void SnapshotWritten(long bytes, TimeSpan took) => _metrics.SnapshotWritten(bytes, took);

    public void WaitFor(JournalUnavailableException away, int attempt)
    {
        LiveLog.Waits(_logger, "the journal", attempt, away.Message);
        _metrics.Retried("journal");
        _metrics.Available("journal", isAvailable: false);
        _health.Waits(away.Message);
        _stop.WaitHandle.WaitOne(Backoff.After(attempt));
        _stop.ThrowIfCancellationRequested();
    }

    public void OnBack()
    {
        _metrics.Available("journal", isAvailable: true);
        _health.Ready();
    }

    public void OnAppended(AppendResult result, IReadOnlyList<StreamAppend> appends, TimeSpan took)
    {
        if (result.IsAppended)
            _metrics.Appended(appends.Sum(append => append.Events.Count), took);
        else
            _metrics.AppendConflicted();
    }

    public void Dispose()
    {
        _health.Dispose();
        _lane.Dispose();
    }
}
