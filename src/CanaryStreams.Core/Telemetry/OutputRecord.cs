namespace CanaryStreams.Core.Telemetry;

/// <summary>A record for an output topic, encoded.</summary>
/// <param name="Partition">
/// The partition of the record that caused this one, where both topics are keyed by application; null: by key.
/// </param>
public sealed record OutputRecord(
    string Topic,
    ReadOnlyMemory<byte> Key,
    ReadOnlyMemory<byte> Value,
    IReadOnlyList<RecordHeader>? Headers = null,
    int? Partition = null
);
