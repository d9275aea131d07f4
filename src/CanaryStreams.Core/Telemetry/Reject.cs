namespace CanaryStreams.Core.Telemetry;

/// <summary>
/// A record (or one element of a record that holds several) that could not be used. It goes to
/// <c>canary.rejects</c> with its bytes untouched.
/// </summary>
/// <param name="Reason">A sentence that the producer can act on, naming field and value.</param>
/// <param name="Bytes">The element's bytes; all of the record's where it can't be told apart.</param>
public sealed record Reject(
    string Reason,
    string Topic,
    int Partition,
    long Offset,
    ReadOnlyMemory<byte> Key,
    ReadOnlyMemory<byte> Bytes
);
