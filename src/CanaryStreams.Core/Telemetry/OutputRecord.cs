namespace CanaryStreams.Core.Telemetry;

/// <summary>A record for an output topic, encoded.</summary>
public sealed record OutputRecord(
    string Topic,
    ReadOnlyMemory<byte> Key,
    ReadOnlyMemory<byte> Value,
    IReadOnlyList<RecordHeader>? Headers = null
);
