namespace CanaryStreams.Cli.History;

/// <summary>One deployment of a file.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Json">As an object, whatever the file's format.</param>
internal readonly record struct HistoryRecord(long Line, ReadOnlyMemory<byte> Json);
