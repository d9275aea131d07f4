using System.Text;

namespace CanaryStreams.Cli.Score;

/// <summary>Where the wanted columns stand in a file of series.</summary>
internal sealed class SeriesHeader
{
    private readonly int[] _positions;
    private readonly Range[] _fields;

    private SeriesHeader(int[] positions)
    {
        _positions = positions;
        _fields = new Range[positions.Max() + 1];
    }

    /// <summary>Reads a file's first line.</summary>
    /// <param name="columns">Names of the columns wanted, each of which must be there.</param>
    public static SeriesHeader Read(CsvLines lines, params ReadOnlySpan<string> columns) =>
        Locate(lines, Names(lines, columns), columns);

    /// <summary>Reads a file's first line; null where it lacks one of the columns, which is then <paramref name="absent"/>.</summary>
    public static SeriesHeader? ReadIfComplete(
        CsvLines lines,
        ReadOnlySpan<string> columns,
        out string? absent
    )
    {
        var names = Names(lines, columns);
        absent = null;
        foreach (var column in columns)
        {
            if (!names.Contains(column))
                absent ??= column;
        }
        return absent is null ? Locate(lines, names, columns) : null;
    }

    private static List<string> Names(CsvLines lines, ReadOnlySpan<string> columns) =>
        lines.TryRead(out var line)
            ? [.. Encoding.UTF8.GetString(line).Split(',').Select(name => name.Trim().Trim('"'))]
            : throw new InputException(lines.Name, 1, $"empty; a header with {string.Join(", ", columns)} is expected");

    private static SeriesHeader Locate(CsvLines lines, List<string> names, ReadOnlySpan<string> columns)
    {
        var positions = new int[columns.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            positions[i] = names.IndexOf(columns[i]);
            if (positions[i] < 0)
                throw lines.Error($"the header has no column '{columns[i]}' (it has {string.Join(", ", names)})");
        }
        return new SeriesHeader(positions);
    }

    /// <summary>The wanted fields of a row, in the order in which they were asked for.</summary>
    public void Locate(CsvLines lines, ReadOnlySpan<byte> line, Span<Range> wanted)
    {
        var count = CsvFields.Split(line, _fields);
        if (count < 0)
            throw lines.Error("a quote is not closed");
        if (count < _fields.Length)
            throw lines.Error($"{count} fields where the header promises at least {_fields.Length}");
        for (var i = 0; i < wanted.Length; i++)
            wanted[i] = _fields[_positions[i]];
    }
}
