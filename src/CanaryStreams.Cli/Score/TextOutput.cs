using System.CommandLine;

namespace CanaryStreams.Cli.Score;

/// <summary>Where a command's text goes: standard output, or a file that appears only when the command has done it all.</summary>
internal static class TextOutput
{
    /// <param name="path">The file; null or <c>-</c> for standard output.</param>
    /// <param name="write">Writes the text and gives the exit code; the file is kept where that is <see cref="ExitCodes.Done"/>.</param>
    /// <returns>The exit code; <see cref="ExitCodes.BadInput"/> where the file can't be written, or an input can't be used.</returns>
    public static async Task<int> WriteAsync(
        string? path,
        InvocationConfiguration console,
        Func<TextWriter, Task<int>> write
    )
    {
        try
        {
            if (path is null or "-")
                return await write(console.Output);
            using var target = OutputFile.Open(path, Stream.Null);
            await using var writer = new StreamWriter(target.Stream, leaveOpen: true) { NewLine = "\n" };
            var code = await write(writer);
            await writer.FlushAsync();
            if (code == ExitCodes.Done)
                target.Complete();
            return code;
        }
        catch (InputException e)
        {
            await console.Error.WriteLineAsync(e.Message);
            return ExitCodes.BadInput;
        }
    }
}
