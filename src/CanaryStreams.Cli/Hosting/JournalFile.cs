using CanaryStreams.Engine.Configuration;
using CanaryStreams.Engine.Journal;

namespace CanaryStreams.Cli.Hosting;

/// <summary>The journal that the configuration names.</summary>
internal static class JournalFile
{
    public static Func<IJournal> Opener(JournalOptions options)
    {
        var path = options.Location.Value;
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        return () => SqliteJournal.Open(path);
    }
}
