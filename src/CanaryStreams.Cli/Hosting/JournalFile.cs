using CanaryStreams.Engine.Configuration;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Snapshots;
using Microsoft.Data.Sqlite;

namespace CanaryStreams.Cli.Hosting;

/// <summary>The journal that the configuration names.</summary>
internal static class JournalFile
{
    /// <summary>Opens it once, so that what is wrong with it shows before anything is started.</summary>
    /// <exception cref="JournalUnusableException">It can't be opened or made.</exception>
    public static Func<IJournal> Opener(JournalOptions options)
    {
        var path = options.Location.Value;
        Checked(path, SqliteJournal.Open).Dispose();
        return () => SqliteJournal.Open(path);
    }

    /// <summary>
    /// Holds the journal for one engine until disposed: two over one file would take each other's rollouts away. The
    /// operating system lets go of it when the process ends, however it ends.
    /// </summary>
    /// <exception cref="JournalUnusableException">Another engine holds it.</exception>
    public static IDisposable Own(JournalOptions options)
    {
        var path = options.Location.Value;
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new JournalUnusableException(
                path,
                new InvalidOperationException("another engine is running on it; stop that one first")
            );
        }
    }

    /// <summary>Where lanes' snapshots are kept: beside the journal.</summary>
    public static ISnapshotStore Snapshots(JournalOptions options) =>
        new FileSnapshots(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(options.Location.Value))!, "snapshots"));

    /// <summary>Opens it to look into it, while an engine may be writing.</summary>
    /// <exception cref="JournalUnusableException">It can't be opened.</exception>
    public static IJournal OpenReadOnly(string path) => Checked(path, SqliteJournal.OpenReadOnly);

    private static SqliteJournal Checked(string path, Func<string, SqliteJournal> open)
    {
        try
        {
            return open(path);
        }
        catch (Exception error)
            when (error is SqliteException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new JournalUnusableException(path, error);
        }
    }
}
