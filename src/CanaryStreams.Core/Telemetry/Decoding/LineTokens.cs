namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>Cuts line protocol into lines and tokens, with its escapes.</summary>
internal static class LineTokens
{
    private const byte Escape = (byte)'\\';

    /// <summary>
    /// The next line; a line break within a quoted field is part of it. Where a quote is never closed the line ends at
    /// its first line break, and so does every later line of the record: one bad line doesn't swallow the rest, and a
    /// record of nothing but open quotes isn't searched to its end once per line.
    /// </summary>
    /// <param name="quotesClose">True for a record's first line, then as the last call left it.</param>
    public static ReadOnlySpan<byte> NextLine(scoped ref ReadOnlySpan<byte> text, ref bool quotesClose)
    {
        if (quotesClose)
        {
            var end = EndOfLine(text);
            if (end >= 0)
                return Cut(ref text, end);
            quotesClose = false;
        }
        var lineBreak = text.IndexOf((byte)'\n');
        return Cut(ref text, lineBreak < 0 ? text.Length : lineBreak);
    }

    /// <summary>Where the line ends that the text begins with; -1 where a quote in it is never closed.</summary>
    private static int EndOfLine(ReadOnlySpan<byte> text)
    {
        var isComment = text[0] == '#';
        var inFields = false;
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case Escape when !isComment:
                    i++;
                    break;
                case (byte)' ':
                    inFields = true;
                    break;
                case (byte)'"' when inFields && !isComment:
                    quoted = !quoted;
                    break;
                case (byte)'\n' when !quoted:
                    return i;
            }
        }
        return quoted ? -1 : text.Length;
    }

    /// <summary>What stands before the first unescaped stop, without escapes; <paramref name="rest"/> begins at the stop.</summary>
    public static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> rest, scoped ReadOnlySpan<byte> stops)
    {
        var end = 0;
        var escaped = false;
        while (end < rest.Length && !stops.Contains(rest[end]))
        {
            if (rest[end] == Escape && end + 1 < rest.Length)
            {
                escaped = true;
                end++;
            }
            end++;
        }
        var raw = rest[..end];
        rest = rest[end..];
        return escaped ? Unescape(raw) : raw;
    }

    /// <summary>The length of a quoted string with both quotes; 0 where it isn't closed.</summary>
    public static int QuotedLength(ReadOnlySpan<byte> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == Escape)
                i++;
            else if (text[i] == '"')
                return i + 1;
        }
        return 0;
    }

    /// <summary>A backslash before comma, equals sign, space or backslash is an escape; before anything else it is itself.</summary>
    private static byte[] Unescape(ReadOnlySpan<byte> raw)
    {
        var plain = new List<byte>(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == Escape && i + 1 < raw.Length && ",= \\"u8.Contains(raw[i + 1]))
                i++;
            plain.Add(raw[i]);
        }
        return [.. plain];
    }

    private static ReadOnlySpan<byte> Cut(scoped ref ReadOnlySpan<byte> text, int end)
    {
        var line = text[..end];
        text = text[Math.Min(end + 1, text.Length)..];
        return line;
    }
}
