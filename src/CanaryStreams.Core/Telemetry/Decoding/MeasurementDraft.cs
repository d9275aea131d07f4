namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>A measurement as an encoding gives it: typed, and not yet checked.</summary>
internal ref struct MeasurementDraft
{
    public ReadOnlySpan<byte> App;
    public ReadOnlySpan<byte> Cluster;
    public ReadOnlySpan<byte> Version;
    public ReadOnlySpan<byte> Track;

    /// <summary>Empty where there is none.</summary>
    public ReadOnlySpan<byte> Variant;
    public ReadOnlySpan<byte> Metric;
    public long TimeMs;
    public double Value;

    /// <summary>Why <see cref="Value"/> could not be read; null where it could.</summary>
    public string? ValueReason;
    public double Count;
}
