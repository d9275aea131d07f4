namespace CanaryStreams.Engine.Journal;

/// <summary>The store can't be reached or can't write just now; the same call may work later.</summary>
public sealed class JournalUnavailableException(string what, Exception? inner = null)
    : Exception($"the journal is unavailable: {what}", inner)
{
    /// <summary>What doesn't answer, and how that shows.</summary>
    public string What { get; } = what;
}
