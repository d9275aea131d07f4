using System.Text.Json;

namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>
/// Measurements as JSON: one object, an array of them, or several one after another (newline-delimited); each may be
/// wrapped in a structured CloudEvent. An OTLP object is handed on.
/// </summary>
internal sealed class JsonMeasurements(MeasurementSink sink, OtlpJson otlp, DecodingLimits limits)
{
    private readonly JsonReaderOptions _options = new()
    {
        AllowMultipleValues = true,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = limits.DepthMax,
    };

    /// <exception cref="JsonException">The bytes aren't JSON; nothing of the record may be kept.</exception>
    public void Decode(ReadOnlySpan<byte> bytes) => Decode(bytes, enveloped: false);

    private void Decode(ReadOnlySpan<byte> bytes, bool enveloped)
    {
        var reader = new Utf8JsonReader(bytes, _options);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                Element(ref reader, bytes, enveloped);
                continue;
            }
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                Element(ref reader, bytes, enveloped);
        }
    }

    private void Element(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes, bool enveloped)
    {
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            sink.Rejects.Element("a measurement must be a JSON object", bytes[start..(int)reader.BytesConsumed]);
            return;
        }
        var fields = new MeasurementFields();
        fields.Read(ref reader);
        var element = bytes[start..(int)reader.BytesConsumed];
        if (fields.IsCloudEvent && !enveloped)
            Decode(bytes[fields.Data], enveloped: true);
        else if (fields.IsOpaqueCloudEvent)
            sink.Rejects.Element("a CloudEvent must carry its measurement as a JSON object or array in data", element);
        else if (fields.IsOtlp)
            otlp.Decode(element);
        else if ((fields.ToDraft(out var draft) ?? sink.TryAdd(in draft)) is { } reason)
            sink.Rejects.Element(reason, element);
    }
}
