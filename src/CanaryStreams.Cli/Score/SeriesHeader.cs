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
        Find(lines, out var names, out var missing, columns)
        ?? throw lines.Error($"the header has no column '{missing}' (it has {string.Join(", ", names)})");

    /// <summary>Reads a file's first line; null, and the first column missing, where it isn't what is looked for.</summary>
    /// <param name="columns">Names of the columns wanted.</param>
    public static SeriesHeader? TryRead(CsvLines lines, out string? missing, params ReadOnlySpan<string> columns) =>
        Find(lines, out _, out missing, columns);

    private static SeriesHeader? Find(
        CsvLines lines,
        out List<string> names,
        out string? missing,
        ReadOnlySpan<string> columns
    )
    {
        if (!lines.TryRead(out var line))
            throw new InputException(lines.Name, 1, $"empty; a header with {string.Join(", ", columns)} is expected");
        names = [.. Encoding.UTF8.GetString(line).Split(',').Select(name => name.Trim().Trim('"'))];
        var positions = new int[columns.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            positions[i] = names.IndexOf(columns[i]);
            missing = columns[i];
            if (positions[i] < 0)
                return null;
        }
        missing = null;
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
