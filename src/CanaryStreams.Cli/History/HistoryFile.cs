using System.Text.Json;
using CanaryStreams.Cli.Score;

namespace CanaryStreams.Cli.History;

/// <summary>
/// Reads a file of deployments: CSV, JSON lines, or one JSON array, told apart by how it begins; plain or gzip. What can't be
/// read of it is a mistake with its line, and the lines after it are read all the same.
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
        var lines = Lines();
        if (lines.Count == 0)
            return [];
        return lines[0].Json.Span.TrimStart(" \t"u8) switch
        {
            [(byte)'[', ..] => Elements(),
            [(byte)'{', ..] => lines,
            _ => Rows(lines),
        };
    }

    public void Add(long line, string reason) => _mistakes.Add($"{_path}:{line}: {reason}");

    /// <summary>Lines that aren't blank.</summary>
    private List<HistoryRecord> Lines()
    {
        var lines = new List<HistoryRecord>();
        using var source = CsvLines.Open(_path);
        while (source.TryRead(out var line))
        {
            if (!line.Trim(" \t"u8).IsEmpty)
                lines.Add(new HistoryRecord(source.Number, line.ToArray()));
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
    private List<HistoryRecord> Elements()
    {
        var elements = new List<HistoryRecord>();
        var content = Content();
        var (line, counted) = (1L, 0);
        try
        {
            var reader = new Utf8JsonReader(content);
            reader.Read();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                line += content.AsSpan(counted, start - counted).Count((byte)'\n');
                counted = start;
                elements.Add(new HistoryRecord(line, content.AsMemory(start, (int)reader.BytesConsumed - start)));
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

    private byte[] Content()
    {
        using var source = CsvLines.Open(_path);
        using var content = new MemoryStream();
        while (source.TryRead(out var line))
        {
            content.Write(line);
            content.WriteByte((byte)'\n');
        }
        return content.ToArray();
    }
}
