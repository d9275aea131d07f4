using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// What an earlier life of a lane has published, as <c>canary.signals</c> itself tells: a lane that is rebuilt says the same
/// again, and this holds it back. An application's buckets come in order, so all before its newest one are out, and of the
/// newest one those that were seen.
/// </summary>
internal sealed class PublishedSignals
{
    private readonly Dictionary<string, (DateTimeOffset Through, HashSet<Identity> Seen)> _byApp = [];

    /// <summary>To be called in the order of the topic.</summary>
    public void Add(Signal signal)
    {
        if (!_byApp.TryGetValue(signal.App, out var app) || signal.Time > app.Through)
            _byApp[signal.App] = app = (signal.Time, []);
        if (signal.Time == app.Through)
            app.Seen.Add(IdentityOf(signal));
    }

    public bool IsNew(Signal signal) =>
        !_byApp.TryGetValue(signal.App, out var app)
        || signal.Time > app.Through
        || (signal.Time == app.Through && !app.Seen.Contains(IdentityOf(signal)));

    private static Identity IdentityOf(Signal signal) =>
        new(signal.Cluster, signal.Version, signal.Track, signal.Variant, signal.Metric);

    private readonly record struct Identity(
        string Cluster,
        string? Version,
        Track Track,
        string? Variant,
        string Metric
    );
}
