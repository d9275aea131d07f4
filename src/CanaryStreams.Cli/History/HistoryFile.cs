using System.IO.Compression;
using System.Text.Json;
using CanaryStreams.Cli.Score;

namespace CanaryStreams.Cli.History;

/// <summary>
/// Reads a file of deployments: CSV, JSON lines, or one JSON array, told apart by how it begins; plain or gzip. A line that
/// can't be read is a mistake, and those after it are read all the same; an array is read as far as it is one.
/// </summary>
internal sealed class HistoryFile
{
    private readonly string _path;
    private readonly List<string> _mistakes;

    /// <param name="mistakes">Receives each as <c>FILE:LINE: reason</c>.</param>
    public HistoryFile(string path, List<string> mistakes) => (_path, _mistakes) = (path, mistakes);

    /// <exception cref="InputException">The file can't be read at all.</exception>
    public IReadOnlyList<HistoryRecord> Read()
    {
        var content = Content();
        return content.Span.TrimStart(" \t\r\n"u8) switch
        {
            [] => [],
            [(byte)'[', ..] => Elements(content),
            [(byte)'{', ..] => Lines(content),
            _ => Rows(Lines(content)),
        };
    }

    public void Add(long line, string reason) => _mistakes.Add($"{_path}:{line}: {reason}");

    /// <summary>Decompressed, without a byte order mark.</summary>
    private ReadOnlyMemory<byte> Content()
    {
        using var file = InputFile.Open(_path);
        using var content = new MemoryStream();
        try
        {
            file.CopyTo(content);
            ReadOnlyMemory<byte> bytes = content.ToArray();
            if (bytes.Span is [0x1F, 0x8B, ..])
                bytes = Decompressed(content);
            return bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        }
        catch (InvalidDataException e)
        {
            throw new InputException(_path, 0, $"not readable as gzip: {e.Message}");
        }
    }

    private static byte[] Decompressed(MemoryStream content)
    {
        content.Position = 0;
        using var source = new GZipStream(content, CompressionMode.Decompress);
        using var target = new MemoryStream();
        source.CopyTo(target);
        return target.ToArray();
    }

    /// <summary>Lines that aren't blank.</summary>
    private static List<HistoryRecord> Lines(ReadOnlyMemory<byte> content)
    {
        var lines = new List<HistoryRecord>();
        for (var number = 1L; content.Length > 0; number++)
        {
            var end = content.Span.IndexOf((byte)'\n');
            var line = (end < 0 ? content : content[..end]).TrimEnd((byte)'\r');
            content = end < 0 ? default : content[(end + 1)..];
            if (!line.Span.Trim(" \t"u8).IsEmpty)
                lines.Add(new HistoryRecord(number, line));
        }
        return lines;
    }

    private List<HistoryRecord> Rows(List<HistoryRecord> lines)
    {
        var rows = new List<HistoryRecord>();
        if (HistoryCsv.Of(lines[0].Json.Span, out var wrong) is not { } csv)
        {
            Add(lines[0].Line, wrong!);
            return rows;
        }
        foreach (var line in lines.Skip(1))
        {
            var json = csv.ToJson(line.Json.Span, out var error);
            if (error is null)
                rows.Add(line with { Json = json });
            else
                Add(line.Line, error);
        }
        return rows;
    }

    /// <summary>The elements of the array, with the lines at which they begin.</summary>
    private List<HistoryRecord> Elements(ReadOnlyMemory<byte> content)
    {
        var elements = new List<HistoryRecord>();
        var (line, counted) = (1L, 0);
        try
        {
            var reader = new Utf8JsonReader(content.Span);
            reader.Read();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                line += content.Span[counted..start].Count((byte)'\n');
                counted = start;
                elements.Add(new HistoryRecord(line, content[start..(int)reader.BytesConsumed]));
            }
            // Throws where anything but white space follows.
            reader.Read();
        }
        catch (JsonException e)
        {
            Add((e.LineNumber ?? 0) + 1, $"not valid JSON: {e.Message}");
        }
        return elements;
    }
}
