using System.Buffers.Text;

namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>Walks over the fields of one line; afterwards <see cref="Rest"/> is its timestamp.</summary>
internal ref struct LineFields(ReadOnlySpan<byte> fields)
{
    private bool _started;

    public ReadOnlySpan<byte> Rest { get; private set; } = fields;
    public ReadOnlySpan<byte> Name { get; private set; }
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Why <see cref="Next"/> stopped before the end; null where it didn't.</summary>
    public string? Error { get; private set; }

    public bool Next()
    {
        var rest = Rest;
        if (_started && (rest.IsEmpty || rest[0] != ','))
            return false;
        if (_started)
            rest = rest[1..];
        _started = true;
        Name = LineTokens.Take(ref rest, ",= "u8);
        if (rest.IsEmpty || rest[0] != '=' || Name.IsEmpty)
        {
            Error = $"field {Shown.Text(Name)} has no value";
            return false;
        }
        rest = rest[1..];
        var quoted = !rest.IsEmpty && rest[0] == '"' ? LineTokens.QuotedLength(rest) : -1;
        if (quoted == 0)
        {
            Error = $"field {Shown.Text(Name)} has a quote that isn't closed";
            return false;
        }
        if (quoted > 0)
        {
            Value = rest[..quoted];
            rest = rest[quoted..];
        }
        else
        {
            Value = LineTokens.Take(ref rest, ", "u8);
        }
        Rest = rest;
        return true;
    }

    /// <param name="broken">The value is no boolean and no string either.</param>
    public readonly bool IsNumber(out double number, out bool broken)
    {
        broken = false;
        number = 0;
        var text = Value;
        if (!text.IsEmpty && (text[0] == '"' || IsBoolean(text)))
            return false;
        if (text.Length > 1 && text[^1] is (byte)'i' or (byte)'u')
            text = text[..^1];
        broken = !Utf8Parser.TryParse(text, out number, out var used) || used != text.Length;
        return !broken;
    }

    private static bool IsBoolean(ReadOnlySpan<byte> text) =>
        (text.Length == 1 && "tTfF"u8.Contains(text[0]))
        || System.Text.Ascii.EqualsIgnoreCase(text, "true"u8)
        || System.Text.Ascii.EqualsIgnoreCase(text, "false"u8);
}
