namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>Cuts line protocol into lines and tokens, with its escapes.</summary>
internal static class LineTokens
{
    private const byte Escape = (byte)'\\';

    /// <summary>
    /// The next line; a line break within a quoted field is part of it. Where a quote is never closed the line ends at
    /// its first line break, so that one bad line doesn't swallow the rest.
    /// </summary>
    public static ReadOnlySpan<byte> NextLine(scoped ref ReadOnlySpan<byte> text)
    {
        var firstBreak = -1;
        var spaces = 0;
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case Escape:
                    i++;
                    break;
                case (byte)' ' when !quoted:
                    spaces++;
                    break;
                case (byte)'"' when spaces > 0 && text[0] != '#':
                    quoted = !quoted;
                    break;
                case (byte)'\n' when quoted:
                    firstBreak = firstBreak < 0 ? i : firstBreak;
                    break;
                case (byte)'\n':
                    return Cut(ref text, i);
            }
        }
        return quoted && firstBreak >= 0 ? Cut(ref text, firstBreak) : Cut(ref text, text.Length);
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
