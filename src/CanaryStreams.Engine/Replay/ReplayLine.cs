using System.Globalization;
using System.Text;
using System.Text.Json;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Engine.Replay;

/// <summary>One line of a recording: a topic, a value whose bytes stay as they are, and optionally a key and headers.</summary>
internal sealed record ReplayLine(
    string Topic,
    ReadOnlyMemory<byte> Key,
    ReadOnlyMemory<byte> Value,
    IReadOnlyList<RecordHeader>? Headers,
    long? TimeMs
)
{
    /// <summary>The end of the year 9999: no later time can be told.</summary>
    private const double LatestMs = 253_402_300_800_000;

    /// <exception cref="JsonException">The line isn't such an object.</exception>
    public static ReplayLine Parse(byte[] line)
    {
        var reader = new Utf8JsonReader(line);
        var (topic, key, value, headers) = (
            "",
            default(ReadOnlyMemory<byte>),
            default(ReadOnlyMemory<byte>),
            (List<RecordHeader>?)null
        );
        var timeMs = (long?)null;
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "topic":
                    topic = reader.GetString() ?? "";
                    break;
                case "key":
                    key = Encoding.UTF8.GetBytes(reader.GetString() ?? "");
                    break;
                case "headers":
                    headers = ReadHeaders(ref reader);
                    break;
                case "value":
                    (value, timeMs) = ReadValue(ref reader, line);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        if (reader.Read() || topic.Length == 0)
            throw new JsonException("A line is one object with a topic and a value.");
        return new ReplayLine(topic, key, value, headers, timeMs);
    }

    /// <summary>A value that is a JSON string holds text of another encoding: line protocol, or what is no JSON.</summary>
    private static (ReadOnlyMemory<byte>, long?) ReadValue(ref Utf8JsonReader reader, byte[] line)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            var text = reader.GetString()!;
            return (Encoding.UTF8.GetBytes(text), TimeOfLineProtocol(text));
        }
        var start = (int)reader.TokenStartIndex;
        var depth = reader.CurrentDepth;
        var timeMs = (long?)null;
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.CurrentDepth > depth)
            {
                if (timeMs is not null || reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                if (reader.ValueTextEquals("time"u8))
                    timeMs = reader.Read() ? ReadTime(ref reader) : null;
                else if (reader.ValueTextEquals("timeUnixNano"u8))
                    timeMs =
                        reader.Read() && reader.TokenType == JsonTokenType.String
                            ? Nanoseconds(reader.GetString())
                            : null;
            }
        }
        return (line.AsMemory(start, (int)reader.BytesConsumed - start), timeMs);
    }

    private static long? ReadTime(ref Utf8JsonReader reader) =>
        reader.TokenType switch
        {
            JsonTokenType.Number when reader.TryGetDouble(out var ms) && ms is >= 0 and < LatestMs => (long)ms,
            JsonTokenType.String
                when DateTimeOffset.TryParse(
                    reader.GetString(),
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal,
                    out var time
                ) => time.ToUnixTimeMilliseconds(),
            _ => null,
        };

    /// <summary>The first line's last word is its time, or a field where it has none.</summary>
    private static long? TimeOfLineProtocol(string text)
    {
        var line = text.AsSpan().TrimStart();
        var end = line.IndexOfAny('\r', '\n');
        line = (end < 0 ? line : line[..end]).TrimEnd();
        return Nanoseconds(line[(line.LastIndexOf(' ') + 1)..]);
    }

    private static long? Nanoseconds(ReadOnlySpan<char> text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var time) ? time / 1_000_000 : null;

    private static List<RecordHeader> ReadHeaders(ref Utf8JsonReader reader)
    {
        var headers = new List<RecordHeader>();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("headers is an object of strings.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            headers.Add(new RecordHeader(name, Encoding.UTF8.GetBytes(reader.GetString() ?? "")));
        }
        return headers;
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type)
            throw new JsonException($"Expected {type}.");
    }
}
