using System.Text;

namespace CanaryStreams.Cli.Score;

/// <summary>Splits one line of CSV (RFC 4180) into fields without copying them.</summary>
internal static class CsvFields
{
    /// <summary>Where the fields stand in the line, quotes included.</summary>
    /// <param name="line">One line without its line ending.</param>
    /// <param name="fields">Receives the ranges; what is beyond its length is left out.</param>
    /// <returns>How many fields were stored; −1 where a quote isn't closed.</returns>
    public static int Split(ReadOnlySpan<byte> line, Span<Range> fields)
    {
        var (count, start) = (0, 0);
        while (count < fields.Length)
        {
            var end = FieldEnd(line, start);
            if (end < 0)
                return -1;
            fields[count++] = start..end;
            if (end == line.Length)
                break;
            start = end + 1;
        }
        return count;
    }

    /// <summary>The field's text without the quotes around it; doubled quotes inside stay doubled.</summary>
    public static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> field) =>
        field.Length >= 2 && field[0] == '"' && field[^1] == '"' ? field[1..^1] : field.Trim((byte)' ');

    /// <summary>What the field says: without the quotes around it, and quotes inside once.</summary>
    public static string Text(ReadOnlySpan<byte> field)
    {
        var text = Encoding.UTF8.GetString(Unquote(field));
        return field.Length >= 2 && field[0] == '"' ? text.Replace("\"\"", "\"") : text;
    }

    private static int FieldEnd(ReadOnlySpan<byte> line, int start)
    {
        if (start >= line.Length || line[start] != '"')
        {
            var comma = line[start..].IndexOf((byte)',');
            return comma < 0 ? line.Length : start + comma;
        }
        for (var i = start + 1; i < line.Length; i++)
        {
            if (line[i] != '"')
                continue;
            if (i + 1 < line.Length && line[i + 1] == '"')
                i++;
            else
                return i + 1 == line.Length || line[i + 1] == ',' ? i + 1 : -1;
        }
        return -1;
    }
}
