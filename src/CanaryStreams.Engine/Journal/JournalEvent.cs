namespace CanaryStreams.Engine.Journal;

/// <summary>An event to append.</summary>
/// <param name="Type">Its name with its version, such as <c>rollout.held.v1</c>.</param>
public sealed record JournalEvent(string Type, ReadOnlyMemory<byte> Payload);

/// <summary>An event as recorded.</summary>
/// <param name="Position">In the order over all streams; rises, with gaps allowed.</param>
/// <param name="Version">In its stream, from 1.</param>
public sealed record RecordedEvent(
    long Position,
    string Stream,
    long Version,
    string Type,
    ReadOnlyMemory<byte> Payload
);

/// <param name="ExpectedVersion">Version of the newest event that the writer knows; 0 for a stream that isn't there.</param>
public sealed record StreamAppend(string Stream, long ExpectedVersion, IReadOnlyList<JournalEvent> Events);

/// <summary>What became of an append.</summary>
/// <param name="Conflicts">Streams that somebody else has written to; nothing was appended where there is any.</param>
public sealed record AppendResult(IReadOnlyList<string> Conflicts)
{
    public static AppendResult Appended { get; } = new([]);

    public bool IsAppended => Conflicts.Count == 0;
}
