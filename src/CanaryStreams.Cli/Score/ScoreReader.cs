namespace CanaryStreams.Cli.Score;

/// <summary>Reads the rows of one input into blocks.</summary>
internal sealed class ScoreReader(CsvLines lines, SeriesDirectory directory)
{
    private readonly SeriesHeader _header = SeriesHeader.Read(lines, "series_id", "timestamp", "value");
    private byte[] _text = new byte[256];

    /// <summary>Fills a block as far as the input reaches; false when it has ended.</summary>
    public bool Fill(ScoreBlock block)
    {
        while (!block.IsFull)
        {
            if (!lines.TryRead(out var line))
                return false;
            // A blank line at the end is how some programs end a file; it holds no row.
            if (!line.IsEmpty)
                Add(block, line);
        }
        return true;
    }

    private void Add(ScoreBlock block, ReadOnlySpan<byte> line)
    {
        Span<Range> fields = stackalloc Range[3];
        _header.Locate(lines, line, fields);
        var id = line[fields[0]];
        var time = line[fields[1]];
        var value = line[fields[2]];
        if (id.IsEmpty)
            throw lines.Error("series_id is empty");
        if (!SeriesRow.TryTime(time, out var timeMs))
            throw lines.Error($"timestamp '{Show(time)}' is neither epoch seconds, epoch milliseconds nor RFC 3339");
        if (!SeriesRow.TryValue(value, out var number))
            throw lines.Error($"value '{Show(value)}' is not a number (leave it empty where it is missing)");
        if (directory.Place(CsvFields.Unquote(id), timeMs) is not { } place)
            throw lines.Error(
                $"timestamp '{Show(time)}' is before the last one of series '{Show(id)}'; sort the rows by time"
            );
        block.Add(place.Series, place.Worker, timeMs, number, Join(id, time, value));
    }

    private ReadOnlySpan<byte> Join(ReadOnlySpan<byte> id, ReadOnlySpan<byte> time, ReadOnlySpan<byte> value)
    {
        var length = id.Length + time.Length + value.Length + 2;
        if (length > _text.Length)
            _text = new byte[length * 2];
        id.CopyTo(_text);
        _text[id.Length] = (byte)',';
        time.CopyTo(_text.AsSpan(id.Length + 1));
        _text[id.Length + 1 + time.Length] = (byte)',';
        value.CopyTo(_text.AsSpan(id.Length + time.Length + 2));
        return _text.AsSpan(0, length);
    }

    private static string Show(ReadOnlySpan<byte> field)
    {
        var text = System.Text.Encoding.UTF8.GetString(field);
        return text.Length > 60 ? text[..60] + "…" : text;
    }
}
