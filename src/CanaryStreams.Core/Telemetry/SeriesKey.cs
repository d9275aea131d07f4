namespace CanaryStreams.Core.Telemetry;

/// <summary>What tells one series of telemetry from another.</summary>
/// <param name="Variant">The variant within a canary (<c>a</c>, <c>b</c>, …); null where there is one only.</param>
public sealed record SeriesKey(string App, string Cluster, string Version, Track Track, string? Variant, string Metric);
