using CanaryStreams.Core.Signals;
using CanaryStreams.Engine.Journal;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// Up to which bucket each application's signals have been published. All lanes of the process share it, and the journal
/// behind it takes one caller at a time: hence the lock.
/// </summary>
internal sealed class SignalCheckpoints(IJournal journal)
{
    private const string KeyPrefix = "signals/";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _throughMs = [];

    public bool IsNew(Signal signal)
    {
        lock (_gate)
            return signal.Time.ToUnixTimeMilliseconds() > ThroughMs(signal.App);
    }

    /// <summary>To be called when the broker has acknowledged the signals.</summary>
    public void Save(IReadOnlyList<Signal> published)
    {
        if (published.Count == 0)
            return;
        lock (_gate)
        {
            foreach (var signal in published)
                _throughMs[signal.App] = Math.Max(ThroughMs(signal.App), signal.Time.ToUnixTimeMilliseconds());
            journal.WriteCheckpoints([
                .. published
                    .Select(signal => signal.App)
                    .Distinct()
                    .Select(app => KeyValuePair.Create(KeyPrefix + app, BitConverter.GetBytes(_throughMs[app]))),
            ]);
        }
    }

    private long ThroughMs(string app)
    {
        if (_throughMs.TryGetValue(app, out var throughMs))
            return throughMs;
        var saved = journal.ReadCheckpoint(KeyPrefix + app);
        return _throughMs[app] = saved is null ? long.MinValue : BitConverter.ToInt64(saved);
    }
}
