namespace CanaryStreams.Core.Telemetry;

/// <summary>A header of a record, its value as it came.</summary>
public readonly record struct RecordHeader(string Name, ReadOnlyMemory<byte> Value);

/// <summary>A record as it came from a topic or a file, before anybody looked into it.</summary>
/// <param name="Offset">Offset in the partition; in a replay the line number.</param>
/// <param name="TimestampMs">The broker's or producer's timestamp, Unix milliseconds; 0 where there is none.</param>
/// <param name="Value">The bytes; valid as long as the batch that holds the record.</param>
public readonly record struct RawRecord(
    string Topic,
    int Partition,
    long Offset,
    long TimestampMs,
    ReadOnlyMemory<byte> Key,
    ReadOnlyMemory<byte> Value,
    IReadOnlyList<RecordHeader>? Headers
);
