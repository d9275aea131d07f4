using System.Text.Json;
using System.Text.Unicode;

namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>What is asked of a record before anybody looks into it.</summary>
internal static class RecordRules
{
    /// <summary>Null, or why the record is refused as a whole.</summary>
    public static string? Check(in RawRecord record, DecodingLimits limits, out RecordFormat format)
    {
        format = RecordFormats.Of(record.Headers, out var contentType);
        if (record.Value.IsEmpty)
            return "the record is empty";
        if (record.Value.Length > limits.RecordBytesMax)
            return $"the record is {record.Value.Length} bytes long; at most {limits.RecordBytesMax} are allowed";
        if (format == RecordFormat.Unknown)
            return $"content-type is {Shown.Text(contentType)}; it must be {RecordFormats.Allowed}";
        return format != RecordFormat.OtlpProtobuf && !Utf8.IsValid(record.Value.Span)
            ? "the record is not valid UTF-8"
            : null;
    }

    /// <summary>The bytes without a byte order mark, which some producers write and JSON doesn't know.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;

    public static string NotJson(JsonException exception)
    {
        var message = exception.Message;
        var position = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var why = position < 0 ? message : message[..position];
        return $"not valid JSON in line {exception.LineNumber + 1}, byte {exception.BytePositionInLine}: {why}";
    }
}
