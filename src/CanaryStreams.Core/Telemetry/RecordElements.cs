using System.Text.Json;

namespace CanaryStreams.Core.Telemetry;

/// <summary>
/// The elements of a record that holds one JSON object, an array of objects or newline-delimited objects; of a structured
/// CloudEvent its data. A record that is broken anywhere is one element: its reader says what is wrong with it, and nothing
/// of it is used.
/// </summary>
public static class RecordElements
{
    private static readonly JsonReaderOptions Many = new() { AllowMultipleValues = true };

    public static IReadOnlyList<ReadOnlyMemory<byte>> Of(ReadOnlyMemory<byte> value)
    {
        try
        {
            var elements = Split(value);
            return elements.Count == 0 ? [value] : elements;
        }
        catch (JsonException)
        {
            return [value];
        }
    }

    private static List<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> value)
    {
        var elements = new List<ReadOnlyMemory<byte>>(1);
        var reader = new Utf8JsonReader(value.Span, Many);
        while (reader.Read())
        {
            if (reader.CurrentDepth == 0 && reader.TokenType is JsonTokenType.StartArray or JsonTokenType.EndArray)
                continue;
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            elements.Add(Unwrap(value[start..(int)reader.BytesConsumed]));
        }
        return elements;
    }

    /// <summary>The data of an element that is a CloudEvents envelope; any other element as it is.</summary>
    private static ReadOnlyMemory<byte> Unwrap(ReadOnlyMemory<byte> element)
    {
        var reader = new Utf8JsonReader(element.Span);
        var (isEnvelope, data) = (false, element);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return element;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            isEnvelope |= reader.ValueTextEquals("specversion"u8);
            var isData = reader.ValueTextEquals("data"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isData)
                data = element[start..(int)reader.BytesConsumed];
        }
        return isEnvelope ? data : element;
    }
}
