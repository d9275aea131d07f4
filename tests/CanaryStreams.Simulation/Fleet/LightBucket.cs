using System.Globalization;
using System.Text;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Simulation.Fleet;

/// <summary>How an application does in a cluster in a bucket.</summary>
internal enum Health
{
    Well,
    Harm,
    CanaryMissing,
}

/// <summary>A bucket of an application as one record of telemetry, for the light source of signals.</summary>
/// <param name="Healths">By cluster.</param>
/// <param name="Stable">What each cluster runs beside a canary.</param>
internal sealed record LightBucket(
    string App,
    long EndMs,
    string? Rollout,
    string Version,
    IReadOnlyList<Health> Healths,
    IReadOnlyList<string> Stable
)
{
    private static readonly string[] Metrics = ["error_rate", "latency_ms"];

    public byte[] Encode() =>
        Encoding.UTF8.GetBytes(
            $"{App}|{EndMs}|{Rollout}|{Version}|{string.Concat(Healths.Select(health => (int)health))}|{string.Join(',', Stable)}"
        );

    public static LightBucket? Decode(ReadOnlySpan<byte> bytes)
    {
        var parts = Encoding.UTF8.GetString(bytes).Split('|');
        return parts.Length == 6
            ? new LightBucket(
                parts[0],
                long.Parse(parts[1], CultureInfo.InvariantCulture),
                parts[2].Length == 0 ? null : parts[2],
                parts[3],
                [.. parts[4].Select(digit => (Health)(digit - '0'))],
                parts[5].Split(',')
            )
            : null;
    }

    /// <param name="count">Buckets of the application so far.</param>
    public IEnumerable<Signal> Signals(int count)
    {
        var signals = new List<Signal>();
        for (var cluster = 0; cluster < Healths.Count; cluster++)
            foreach (var track in (Track[])[Track.Stable, Track.Canary])
            foreach (var metric in Metrics)
                signals.Add(Of(cluster, track, metric, count));
        signals[^1] = signals[^1] with { Last = true, BucketSignals = signals.Count };
        return signals;
    }

    private Signal Of(int cluster, Track track, string metric, int count)
    {
        var isCanary = track == Track.Canary;
        var isMissing = isCanary && Healths[cluster] == Health.CanaryMissing;
        // Once promoted the version is stable, and judged against what was expected before it.
        var isOfVersion = isCanary || (Rollout is not null && Stable[cluster] == Version);
        var isHarmed = isOfVersion && Healths[cluster] == Health.Harm && metric == Metrics[0];
        return new Signal
        {
            Time = DateTimeOffset.FromUnixTimeMilliseconds(EndMs),
            App = App,
            Cluster = $"c{cluster}",
            Version = isCanary ? Version : Stable[cluster],
            Track = track,
            Metric = metric,
            N = count,
            Mean = 1 + count % 7,
            Quality = isMissing ? SignalQuality.Missing : SignalQuality.Ok,
            Rollout = Rollout,
            Evidence =
                isOfVersion && !isMissing
                    ? new SignalEvidence(isHarmed ? 1e6 + count : 1, 0.02, 0.01, 0.03, 1000, isHarmed, null)
                    : null,
            Forecast = isOfVersion && !isMissing ? new SignalForecast(isHarmed ? 0.95 : 0.1, null) : null,
        };
    }
}
