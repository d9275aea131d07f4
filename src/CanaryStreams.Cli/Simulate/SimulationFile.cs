using System.IO.Compression;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Cli.Simulate;

/// <summary>Simulated records as a recorded file.</summary>
internal static class SimulationFile
{
    /// <param name="path">Compressed where it ends in .gz; null or <c>-</c> for standard output.</param>
    public static async Task WriteAsync(IEnumerable<SimulatedRecord> records, string? path, CancellationToken stop)
    {
        await using var stream = Open(path);
        await using var writer = new StreamWriter(stream, bufferSize: 1 << 16) { NewLine = "\n" };
        foreach (var record in records)
        {
            stop.ThrowIfCancellationRequested();
            writer.WriteLine(record.Line);
        }
    }

    private static Stream Open(string? path)
    {
        if (path is null or "-")
            return Console.OpenStandardOutput();
        var file = File.Create(path);
        return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(file, CompressionLevel.Fastest)
            : file;
    }
}
