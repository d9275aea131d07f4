using CanaryStreams.Engine.Tests.Score;

namespace CanaryStreams.Engine.Tests.CommandLine;

/// <summary>A test of what a command writes: to its two streams and into a folder.</summary>
public abstract class ConsoleTest : IDisposable
{
    private protected TemporaryFolder Folder { get; } = new();

    private protected StringWriter Output { get; } = new();

    private protected StringWriter Error { get; } = new();

    public void Dispose()
    {
        Folder.Dispose();
        Output.Dispose();
        Error.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Task<int> RunAsync(params string[] arguments) =>
        Cli.CommandLine.RunAsync(arguments, Output, Error);
}
