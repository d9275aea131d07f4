using System.Text;

namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>How a record is encoded, told by its <c>content-type</c> header.</summary>
public enum RecordFormat
{
    /// <summary>JSON: plain, array, newline-delimited, structured CloudEvent or OTLP; also where there is no header.</summary>
    Json,
    LineProtocol,
    OtlpProtobuf,
    Unknown,
}

/// <summary>Reads the <c>content-type</c> header.</summary>
public static class RecordFormats
{
    public const string Allowed =
        "application/json, application/x-ndjson, application/cloudevents+json, text/x-influx-line-protocol or application/x-protobuf";

    /// <param name="contentType">The media type without parameters, for messages; empty where there is no header.</param>
    public static RecordFormat Of(IReadOnlyList<RecordHeader>? headers, out ReadOnlySpan<byte> contentType)
    {
        contentType = default;
        if (headers is null)
            return RecordFormat.Json;
        for (var i = 0; i < headers.Count; i++)
        {
            if (string.Equals(headers[i].Name, "content-type", StringComparison.OrdinalIgnoreCase))
                contentType = MediaType(headers[i].Value.Span);
        }
        return contentType.IsEmpty ? RecordFormat.Json : Of(contentType);
    }

    private static RecordFormat Of(ReadOnlySpan<byte> mediaType)
    {
        if (Is(mediaType, "application/json"u8) || EndsWith(mediaType, "+json"u8))
            return RecordFormat.Json;
        if (Is(mediaType, "application/x-ndjson"u8) || Is(mediaType, "text/json"u8))
            return RecordFormat.Json;
        if (Is(mediaType, "text/x-influx-line-protocol"u8))
            return RecordFormat.LineProtocol;
        return Is(mediaType, "application/x-protobuf"u8) || Is(mediaType, "application/protobuf"u8)
            ? RecordFormat.OtlpProtobuf
            : RecordFormat.Unknown;
    }

    private static ReadOnlySpan<byte> MediaType(ReadOnlySpan<byte> header)
    {
        var parameters = header.IndexOf((byte)';');
        return (parameters < 0 ? header : header[..parameters]).Trim((byte)' ');
    }

    private static bool EndsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> end) =>
        text.Length >= end.Length && Is(text[^end.Length..], end);

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> expected) =>
        Ascii.EqualsIgnoreCase(text, expected);
}
