namespace CanaryStreams.Cli.Hosting;

/// <summary>The journal that was named can't be opened; nothing was changed.</summary>
internal sealed class JournalUnusableException(string name, Exception inner)
    : Exception($"The journal {name} can't be used: {inner.Message}", inner);
