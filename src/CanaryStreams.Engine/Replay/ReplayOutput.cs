using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Engine.Replay;

/// <summary>
/// Writes records as lines of the same form that a replay reads. Bytes that are no JSON stand as a string. Headers are
/// written for rejects only, whose reason and origin they are.
/// </summary>
public sealed class ReplayOutput(Stream stream, IReadOnlySet<string>? only) : IDisposable
{
    private static readonly JsonWriterOptions Unchecked = new() { SkipValidation = true };

    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Dictionary<string, long> _counts = [];

    /// <summary>Records by topic, the ones not written too.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    public void Write(OutputRecord record)
    {
        _counts[record.Topic] = _counts.GetValueOrDefault(record.Topic) + 1;
        if (only is not null && !only.Contains(record.Topic))
            return;
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, Unchecked))
        {
            json.WriteStartObject();
            json.WriteString("topic", record.Topic);
            if (record.Topic == Topics.Rejects)
                WriteHeaders(json, record);
            json.WritePropertyName("value");
            if (record.Topic != Topics.Rejects || IsJson(record.Value.Span))
                json.WriteRawValue(record.Value.Span, skipInputValidation: true);
            else
                json.WriteStringValue(Encoding.UTF8.GetString(record.Value.Span));
            json.WriteEndObject();
        }
        _line.Write("\n"u8);
        stream.Write(_line.WrittenSpan);
    }

    public void Dispose() => stream.Dispose();

    private static void WriteHeaders(Utf8JsonWriter json, OutputRecord record)
    {
        json.WriteStartObject("headers");
        foreach (var header in record.Headers ?? [])
            json.WriteString(header.Name, header.Value.Span);
        json.WriteEndObject();
    }

    /// <summary>One value on one line, in the file's encoding: anything else would break the file.</summary>
    private static bool IsJson(ReadOnlySpan<byte> value)
    {
        if (value.IndexOf((byte)'\n') >= 0 || !Utf8.IsValid(value))
            return false;
        try
        {
            var reader = new Utf8JsonReader(value);
            return reader.Read() && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
