using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>What stands in a JSON field.</summary>
internal enum JsonForm
{
    Missing,
    Text,
    Number,
    Boolean,
    Null,
    Object,
    Array,

    /// <summary>A string with an escape that is no character, such as half a surrogate pair.</summary>
    BadText,
}

/// <summary>One field of a JSON object as spans of the record; an escaped string is unescaped into an array of its own.</summary>
internal readonly ref struct JsonField
{
    private readonly JsonForm _form;
    private readonly ReadOnlySpan<byte> _bytes;

    private JsonField(JsonForm form, ReadOnlySpan<byte> bytes)
    {
        _form = form;
        _bytes = bytes;
    }

    /// <summary>Missing or null: an optional field that isn't there.</summary>
    public bool IsAbsent => _form is JsonForm.Missing or JsonForm.Null;

    /// <summary>A text's or number's bytes, whatever they are.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    public bool IsText => _form == JsonForm.Text;

    public bool IsStructure => _form is JsonForm.Object or JsonForm.Array;

    /// <summary>Reads the value the reader stands on, to its end.</summary>
    public static JsonField Read(scoped ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.ValueIsEscaped ? Unescape(ref reader) : new(JsonForm.Text, reader.ValueSpan);
            case JsonTokenType.Number:
                return new(JsonForm.Number, reader.ValueSpan);
            case JsonTokenType.StartObject:
                reader.Skip();
                return new(JsonForm.Object, default);
            case JsonTokenType.StartArray:
                reader.Skip();
                return new(JsonForm.Array, default);
            case JsonTokenType.Null:
                return new(JsonForm.Null, reader.ValueSpan);
            default:
                return new(JsonForm.Boolean, reader.ValueSpan);
        }
    }

    /// <summary>The string or property name the reader stands on, without escapes.</summary>
    public static JsonField Unescape(scoped ref Utf8JsonReader reader)
    {
        try
        {
            return new(JsonForm.Text, Encoding.UTF8.GetBytes(reader.GetString()!));
        }
        catch (InvalidOperationException)
        {
            return new(JsonForm.BadText, reader.ValueSpan);
        }
    }

    public bool TryText(string name, out ReadOnlySpan<byte> text, scoped ref string? reason)
    {
        text = _bytes;
        if (_form != JsonForm.Text)
            reason ??= Wrong(name, "a string");
        return _form == JsonForm.Text;
    }

    /// <summary>RFC 3339, or a number of epoch milliseconds.</summary>
    public bool TryTime(string name, out long unixMs, scoped ref string? reason)
    {
        if (_form == JsonForm.Text && Rfc3339.TryParse(_bytes, out unixMs))
            return true;
        unixMs = 0;
        if (_form == JsonForm.Number && TryEpoch(out unixMs))
            return true;
        reason ??= Wrong(name, "RFC 3339 with an offset, or epoch milliseconds");
        return false;
    }

    public bool TryNumber(string name, out double value, scoped ref string? reason)
    {
        value = 0;
        if (_form == JsonForm.Number && Utf8Parser.TryParse(_bytes, out value, out var used) && used == _bytes.Length)
            return true;
        reason ??= Wrong(name, "a finite number");
        return false;
    }

    private bool TryEpoch(out long unixMs)
    {
        if (Utf8Parser.TryParse(_bytes, out unixMs, out var used) && used == _bytes.Length)
            return true;
        // 2^53 ms is the year 287396; a larger one has lost its meaning in any producer that has numbers as doubles.
        if (!Utf8Parser.TryParse(_bytes, out double value, out _) || !(Math.Abs(value) < 1L << 53))
            return false;
        unixMs = (long)Math.Floor(value);
        return true;
    }

    private string Wrong(string name, string expected) =>
        _form switch
        {
            JsonForm.Missing => $"{name} is missing",
            JsonForm.Text => $"{name} is {Shown.Text(_bytes)}; it must be {expected}",
            JsonForm.BadText => $"{name} has an escape that is no character",
            JsonForm.Object => $"{name} is an object; it must be {expected}",
            JsonForm.Array => $"{name} is an array; it must be {expected}",
            _ => $"{name} is {Encoding.UTF8.GetString(_bytes[..Math.Min(_bytes.Length, 64)])}; it must be {expected}",
        };
}
