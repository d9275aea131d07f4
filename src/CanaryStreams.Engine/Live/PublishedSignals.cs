using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Engine.Live;

/// <summary>
/// What an earlier life of a lane has published, as <c>canary.signals</c> itself tells: a lane that is rebuilt says the same
/// again, and this holds it back. An application's buckets come in order, so all before its newest one are out, and of the
/// newest one those that were seen.
/// </summary>
/// <remarks>The lane asks while what somebody else has published is added: for several threads.</remarks>
internal sealed class PublishedSignals
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (DateTimeOffset Through, HashSet<Identity> Seen)> _byApp = [];

    /// <summary>To be called in the order of the topic.</summary>
    public void Add(Signal signal)
    {
        lock (_gate)
        {
            if (!_byApp.TryGetValue(signal.App, out var app) || signal.Time > app.Through)
                _byApp[signal.App] = app = (signal.Time, []);
            if (signal.Time == app.Through)
                app.Seen.Add(IdentityOf(signal));
        }
    }

    public bool IsNew(Signal signal)
    {
        lock (_gate)
            return !_byApp.TryGetValue(signal.App, out var app)
                || signal.Time > app.Through
                || (signal.Time == app.Through && !app.Seen.Contains(IdentityOf(signal)));
    }

    /// <summary>For a snapshot: its state may be behind what is published, and goes on to say that again wherever it is restored.</summary>
    public void Write(BinaryWriter writer)
    {
        lock (_gate)
            WriteAll(writer);
    }

    /// <summary>What <see cref="Write"/> wrote.</summary>
    public static PublishedSignals Read(BinaryReader reader)
    {
        var published = new PublishedSignals();
        for (var apps = reader.ReadInt32(); apps > 0; apps--)
        {
            var name = reader.ReadString();
            var through = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero);
            HashSet<Identity> seen = [];
            for (var left = reader.ReadInt32(); left > 0; left--)
                seen.Add(ReadIdentity(reader));
            published._byApp[name] = (through, seen);
        }
        return published;
    }

    private void WriteAll(BinaryWriter writer)
    {
        writer.Write(_byApp.Count);
        foreach (var (name, (through, seen)) in _byApp.OrderBy(app => app.Key, StringComparer.Ordinal))
        {
            writer.Write(name);
            writer.Write(through.UtcTicks);
            writer.Write(seen.Count);
            foreach (var one in seen)
            {
                writer.Write(one.Cluster);
                writer.Write(one.Version);
                writer.Write((byte)one.Track);
                writer.Write(one.Variant is not null);
                writer.Write(one.Variant ?? "");
                writer.Write(one.Metric);
            }
        }
    }

    private static Identity ReadIdentity(BinaryReader reader)
    {
        var (cluster, version, track) = (reader.ReadString(), reader.ReadString(), (Track)reader.ReadByte());
        var (hasVariant, variant) = (reader.ReadBoolean(), reader.ReadString());
        return new Identity(cluster, version, track, hasVariant ? variant : null, reader.ReadString());
    }

    private static Identity IdentityOf(Signal signal) =>
        new(signal.Cluster, signal.Version, signal.Track, signal.Variant, signal.Metric);

    private readonly record struct Identity(
        string Cluster,
        string Version,
        Track Track,
        string? Variant,
        string Metric
    );
}
