using System.IO.Compression;
using System.Text.Json;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Engine.Replay;

/// <summary>
/// Reads recorded records, one <c>{"topic":…,"value":{…}}</c> a line, from <c>.jsonl</c> and <c>.jsonl.gz</c> files and
/// from standard input (<c>-</c>), one after the other as if they were one.
/// </summary>
public static class ReplayInput
{
    /// <summary>The topic given to a line that can't be read: nobody takes it but the rejects.</summary>
    public const string Unreadable = "";

    /// <summary>The records; each one's offset is its line number in all the input together, from 1.</summary>
    public static IEnumerable<RawRecord> Read(IEnumerable<string> paths, Func<Stream> standardInput)
    {
        var line = 0L;
        foreach (var path in paths)
        {
            using var stream = Open(path, standardInput);
            foreach (var bytes in Lines.Of(stream))
            {
                line++;
                if (!bytes.AsSpan().Trim(" \t\r"u8).IsEmpty)
                    yield return Parse(bytes, line);
            }
        }
    }

    /// <summary>Whether any of the files holds an acknowledgement. Standard input can't be read twice and isn't asked.</summary>
    public static bool HoldAcks(IEnumerable<string> paths)
    {
        foreach (var path in paths.Where(path => path != "-"))
        {
            using var stream = Open(path, () => Stream.Null);
            if (Lines.Of(stream).Any(line => line.AsSpan().IndexOf("\"canary.acks\""u8) >= 0))
                return true;
        }
        return false;
    }

    private static Stream Open(string path, Func<Stream> standardInput)
    {
        var stream = path == "-" ? standardInput() : File.OpenRead(path);
        return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(stream, CompressionMode.Decompress)
            : stream;
    }

    private static RawRecord Parse(byte[] line, long number)
    {
        try
        {
            // Some editors begin a file with a byte order mark, which JSON doesn't know.
            var fields = ReplayLine.Parse(line.AsSpan().StartsWith("\uFEFF"u8) ? line[3..] : line);
            return new RawRecord(fields.Topic, 0, number, fields.TimeMs ?? 0, fields.Key, fields.Value, fields.Headers);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            return new RawRecord(Unreadable, 0, number, 0, default, line, null);
        }
    }
}
