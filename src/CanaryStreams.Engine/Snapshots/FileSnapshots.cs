namespace CanaryStreams.Engine.Snapshots;

/// <summary>
/// Snapshots as files of a folder, one per key. A new one is written beside the old, flushed, and renamed over it. The
/// folder itself isn't flushed (.NET can't): after a power failure the one before may be there, and whole.
/// </summary>
public sealed class FileSnapshots : ISnapshotStore
{
    private const string Suffix = ".snapshot";
    private const string Unfinished = ".unfinished";

    private readonly string _folder;

    /// <param name="folder">Made where it isn't there. What an earlier process left unfinished in it is removed.</param>
    public FileSnapshots(string folder)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        foreach (var left in Directory.EnumerateFiles(_folder, $"*{Suffix}{Unfinished}"))
            File.Delete(left);
    }

    public byte[]? Read(string key)
    {
        try
        {
            return File.ReadAllBytes(PathOf(key));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public void Write(string key, ReadOnlySpan<byte> bytes)
    {
        var path = PathOf(key);
        using (var file = new FileStream(path + Unfinished, FileMode.Create, FileAccess.Write, FileShare.None, 0))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        File.Move(path + Unfinished, path, overwrite: true);
    }

    public void Delete(string key) => File.Delete(PathOf(key));

    /// <summary>Any key makes a name of its own: what a file's name can't hold is escaped.</summary>
    private string PathOf(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return Path.Combine(_folder, Uri.EscapeDataString(key).Replace(".", "%2E", StringComparison.Ordinal) + Suffix);
    }
}
