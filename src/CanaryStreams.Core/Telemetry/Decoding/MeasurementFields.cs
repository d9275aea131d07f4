using System.Text.Json;

namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>The fields of one JSON object, picked out in one pass; what isn't known is skipped.</summary>
internal ref struct MeasurementFields
{
    private JsonField _time;
    private JsonField _app;
    private JsonField _cluster;
    private JsonField _version;
    private JsonField _track;
    private JsonField _variant;
    private JsonField _metric;
    private JsonField _value;
    private JsonField _count;
    private bool _hasSpecVersion;
    private bool _hasData;

    /// <summary>The object is a structured CloudEvent; its payload is at <see cref="Data"/>.</summary>
    public readonly bool IsCloudEvent => _hasSpecVersion && _hasData;

    /// <summary>The object is a CloudEvent whose payload is no JSON (<c>data_base64</c>, or a string).</summary>
    public readonly bool IsOpaqueCloudEvent => _hasSpecVersion && !_hasData && _app.IsAbsent;

    /// <summary>The object is a batch of OTLP metrics.</summary>
    public bool IsOtlp { get; private set; }

    /// <summary>Where in the bytes being read <c>data</c> stands.</summary>
    public Range Data { get; private set; }

    /// <summary>Reads from the object's start to its end.</summary>
    public void Read(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueIsEscaped ? JsonField.Unescape(ref reader).Bytes : reader.ValueSpan;
            reader.Read();
            Set(name, ref reader);
        }
    }

    private void Set(ReadOnlySpan<byte> name, ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        var field = JsonField.Read(ref reader);
        switch (name.Length)
        {
            case 3 when name.SequenceEqual("app"u8):
                _app = field;
                break;
            case 4 when name.SequenceEqual("time"u8):
                _time = field;
                break;
            case 4 when name.SequenceEqual("data"u8):
                _hasData = field.IsStructure;
                Data = new Range(start, (int)reader.BytesConsumed);
                break;
            case 5 when name.SequenceEqual("track"u8):
                _track = field;
                break;
            case 5 when name.SequenceEqual("value"u8):
                _value = field;
                break;
            case 5 when name.SequenceEqual("count"u8):
                _count = field;
                break;
            case 6 when name.SequenceEqual("metric"u8):
                _metric = field;
                break;
            case 7 when name.SequenceEqual("cluster"u8):
                _cluster = field;
                break;
            case 7 when name.SequenceEqual("version"u8):
                _version = field;
                break;
            case 7 when name.SequenceEqual("variant"u8):
                _variant = field;
                break;
            case 11 when name.SequenceEqual("specversion"u8):
                _hasSpecVersion = field.IsText;
                break;
            case 15 when name.SequenceEqual("resourceMetrics"u8):
                IsOtlp = true;
                break;
        }
    }

    /// <summary>Checks types; null, or why not.</summary>
    public readonly string? ToDraft(out MeasurementDraft draft)
    {
        draft = new MeasurementDraft { Count = 1 };
        string? reason = null;
        _app.TryText("app", out draft.App, ref reason);
        _cluster.TryText("cluster", out draft.Cluster, ref reason);
        _version.TryText("version", out draft.Version, ref reason);
        _track.TryText("track", out draft.Track, ref reason);
        _metric.TryText("metric", out draft.Metric, ref reason);
        if (!_variant.IsAbsent)
            _variant.TryText("variant", out draft.Variant, ref reason);
        _time.TryTime("time", out draft.TimeMs, ref reason);
        // Refused with the rest of the element known, a value is still a sign that its series lives.
        _value.TryNumber("value", out draft.Value, ref draft.ValueReason);
        if (!_count.IsAbsent)
            _count.TryNumber("count", out draft.Count, ref reason);
        return reason;
    }
}
