namespace CanaryStreams.Engine.Journal;

/// <summary>An event on disk isn't what was written. Stops what depends on that stream, loudly; the others go on.</summary>
public sealed class JournalCorruptException(string stream, long version, string what, Exception? inner = null)
    : Exception(
        $"journal stream '{stream}' is corrupt at version {version}: {what}. Its rollout is stopped; its agents return "
            + "to stable when their last command expires. To go on, restore the journal from a backup, or request the "
            + "rollout again under another id.",
        inner
    )
{
    public string Stream { get; } = stream;

    public long Version { get; } = version;
}
