using CanaryStreams.Engine.Configuration;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Snapshots;
using Microsoft.Data.Sqlite;

namespace CanaryStreams.Cli.Hosting;

/// <summary>Gives journals over the store that the configuration names, which it holds until it is disposed.</summary>
internal sealed class JournalSource : IDisposable
{
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(3);

    private readonly Func<IJournal> _open;
    private readonly Func<ISnapshotStore>? _snapshots;
    private readonly IDisposable? _held;

    private JournalSource(Func<IJournal> open, Func<ISnapshotStore>? snapshots = null, IDisposable? held = null) =>
        (_open, _snapshots, _held) = (open, snapshots, held);

    /// <summary>
    /// Opens it for an engine, so that what is wrong with it shows before anything is started. A server that is away is waited for;
    /// a file is taken for this engine alone.
    /// </summary>
    /// <param name="decides">Whether the engine writes to it; one that only analyzes keeps its snapshots there.</param>
    /// <param name="waits">Told what is waited for, before each pause.</param>
    /// <exception cref="JournalUnusableException">Waiting won't help.</exception>
    public static async Task<JournalSource> OpenAsync(
        JournalOptions options,
        bool decides,
        TimeProvider time,
        Action<string> waits,
        CancellationToken stop
    )
    {
        if (options.Kind == JournalKind.Sqlite)
            return OpenFile(options.Location.Value, decides);
        var url = UrlOf(options);
        while (true)
        {
            try
            {
                var database = await Task.Run(() => Checked(url.ToString(), () => PostgresDatabase.Open(url)), stop)
                    .WaitAsync(stop);
                return new JournalSource(database.Journal, database.Snapshots, database);
            }
            catch (JournalUnavailableException away)
            {
                waits($"Waiting for {away.What}");
                await Task.Delay(TryAgainAfter, time, stop);
            }
        }
    }

    /// <summary>Opens it to look into it, while engines may be writing.</summary>
    /// <exception cref="JournalUnusableException">It can't be opened, or no engine has run on it yet.</exception>
    public static JournalSource OpenReadOnly(JournalOptions options)
    {
        if (options.Kind == JournalKind.Sqlite)
        {
            var file = options.Location.Value;
            return new JournalSource(() => Checked(file, () => SqliteJournal.OpenReadOnly(file)));
        }
        var url = UrlOf(options);
        try
        {
            var database = Checked(url.ToString(), () => PostgresDatabase.OpenReadOnly(url));
            return new JournalSource(database.Journal, held: database);
        }
        catch (JournalUnavailableException away)
        {
            throw new JournalUnusableException(url.ToString(), away);
        }
    }

    /// <summary>A journal for one caller at a time.</summary>
    public IJournal Open() => _open();

    /// <summary>Where lanes' snapshots are kept; null where the journal is only looked into.</summary>
    public ISnapshotStore? Snapshots() => _snapshots?.Invoke();

    public void Dispose() => _held?.Dispose();

    private static JournalSource OpenFile(string path, bool decides)
    {
        Checked(path, () => SqliteJournal.Open(path)).Dispose();
        var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "snapshots");
        return new JournalSource(
            () => SqliteJournal.Open(path),
            () => new FileSnapshots(beside),
            decides ? Own(path) : null
        );
    }

    /// <summary>
    /// Two engines over one file would take each other's rollouts away. The operating system lets go of it when the process ends,
    /// however it ends. A server needs no such thing: there each partition has its claim.
    /// </summary>
    private static FileStream Own(string path)
    {
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

    /// <summary>The configuration was read, so it is one.</summary>
    private static PostgresUrl UrlOf(JournalOptions options) =>
        PostgresUrl.TryParse(options.Location.Value, out var url, out var error)
            ? url
            : throw new JournalUnusableException(options.Location.Shown, new FormatException(error));

    private static T Checked<T>(string name, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception error)
            when (error is SqliteException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new JournalUnusableException(name, error);
        }
    }
}
