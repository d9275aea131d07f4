namespace CanaryStreams.Cli.Score;

/// <summary>A file that somebody named to be read.</summary>
internal static class InputFile
{
    /// <exception cref="InputException">There is no such file, or it can't be read.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException(path, 0, "no such file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, 0, $"can't be read: {e.Message}");
        }
    }
}
