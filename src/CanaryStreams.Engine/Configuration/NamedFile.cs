namespace CanaryStreams.Engine.Configuration;

/// <summary>A file that the configuration names: reading it within bounds, and why it can't be read.</summary>
internal static class NamedFile
{
    /// <exception cref="IOException">Among others: it has more than <see cref="Limits.NamedFileBytesMax"/>.</exception>
    public static byte[] Read(string path)
    {
        using var file = File.OpenRead(path);
        using var content = new MemoryStream();
        var chunk = new byte[64 * 1024];
        while (file.Read(chunk) is var read and > 0)
        {
            content.Write(chunk.AsSpan(0, read));
            if (content.Length > Limits.NamedFileBytesMax)
                throw new FileTooLargeException();
        }
        return content.ToArray();
    }

    /// <summary>Not the exception's own words: they hold the path, and with it what the environment gave.</summary>
    public static string? WhyUnreadable(Exception exception) =>
        exception switch
        {
            FileNotFoundException or DirectoryNotFoundException => "there is no such file",
            UnauthorizedAccessException => "it is a folder, or access is denied",
            ArgumentException => "that is no path",
            FileTooLargeException => $"it has more than {Limits.NamedFileBytesMax} bytes",
            IOException => "reading failed",
            _ => null,
        };

    private sealed class FileTooLargeException : IOException;
}
