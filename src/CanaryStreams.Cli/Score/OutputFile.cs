namespace CanaryStreams.Cli.Score;

/// <summary>
/// Where results go: standard output, or a file that appears under its name only when it is complete, so that a run that
/// fails changes nothing.
/// </summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string? _path;
    private readonly string? _partial;
    private bool _isComplete;

    private OutputFile(Stream stream, string? path, string? partial)
    {
        (Stream, _path, _partial) = (stream, path, partial);
    }

    public Stream Stream { get; }

    /// <param name="path">The file; null or <c>-</c> for standard output.</param>
    public static OutputFile Open(string? path, Stream standardOutput)
    {
        if (path is null or "-")
            return new OutputFile(standardOutput, null, null);
        var partial = path + ".partial";
        try
        {
            if (IsDevice(path))
                return new OutputFile(new FileStream(path, FileMode.Open, FileAccess.Write), null, null);
            return new OutputFile(File.Create(partial), path, partial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, 0, $"can't be written: {e.Message}");
        }
    }

    /// <summary>Whether a path names a device, whose name must not be given to a file.</summary>
    internal static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows() && Path.GetFullPath(path).StartsWith("/dev/", StringComparison.Ordinal);

    public void Complete()
    {
        Stream.Flush();
        _isComplete = true;
    }

    public void Dispose()
    {
        if (_path is null)
            return;
        Stream.Dispose();
        if (_isComplete)
            File.Move(_partial!, _path, overwrite: true);
        else
            File.Delete(_partial!);
    }
}
