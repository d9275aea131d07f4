using System.Globalization;
using System.Text;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Simulation.Fleet;

/// <summary>How an application does in a bucket.</summary>
internal enum Health
{
    Well,
    Harm,
    CanaryMissing,
}

/// <summary>A bucket of an application as one record of telemetry, for the light source of signals.</summary>
internal sealed record LightBucket(string App, long EndMs, string? Rollout, string Version, int Clusters, Health Health)
{
    private static readonly string[] Metrics = ["error_rate", "latency_ms"];

    public byte[] Encode() => Encoding.UTF8.GetBytes($"{App}|{EndMs}|{Rollout}|{Version}|{Clusters}|{(int)Health}");

    public static LightBucket? Decode(ReadOnlySpan<byte> bytes)
    {
        var parts = Encoding.UTF8.GetString(bytes).Split('|');
        return parts.Length == 6
            ? new LightBucket(
                parts[0],
                long.Parse(parts[1], CultureInfo.InvariantCulture),
                parts[2].Length == 0 ? null : parts[2],
                parts[3],
                int.Parse(parts[4], CultureInfo.InvariantCulture),
                (Health)int.Parse(parts[5], CultureInfo.InvariantCulture)
            )
            : null;
    }

    /// <param name="count">Buckets of the application so far.</param>
    public IEnumerable<Signal> Signals(int count)
    {
        var signals = new List<Signal>();
        for (var cluster = 0; cluster < Clusters; cluster++)
            foreach (var track in (Track[])[Track.Stable, Track.Canary])
            foreach (var metric in Metrics)
                signals.Add(Of($"c{cluster}", track, metric, count));
        signals[^1] = signals[^1] with { Last = true, BucketSignals = signals.Count };
        return signals;
    }

    private Signal Of(string cluster, Track track, string metric, int count)
    {
        var isCanary = track == Track.Canary;
        var isMissing = isCanary && Health == Health.CanaryMissing;
        var isHarmed = isCanary && Health == Health.Harm && metric == Metrics[0];
        return new Signal
        {
            Time = DateTimeOffset.FromUnixTimeMilliseconds(EndMs),
            App = App,
            Cluster = cluster,
            Version = isCanary ? Version : "stable",
            Track = track,
            Metric = metric,
            N = count,
            Mean = 1 + count % 7,
            Quality = isMissing ? SignalQuality.Missing : SignalQuality.Ok,
            Rollout = Rollout,
            Evidence =
                isCanary && !isMissing
                    ? new SignalEvidence(isHarmed ? 1e6 + count : 1, 0.02, 0.01, 0.03, 1000, isHarmed, null)
                    : null,
            Forecast = isCanary && !isMissing ? new SignalForecast(isHarmed ? 0.95 : 0.1, null) : null,
        };
    }
}
