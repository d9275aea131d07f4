using System.Buffers.Text;

namespace CanaryStreams.Core.Telemetry.Decoding;

/// <summary>
/// Measurements as InfluxDB line protocol, one element per line.
/// <list type="bullet">
/// <item>Tags <c>app</c>, <c>cluster</c>, <c>version</c>, <c>track</c> and, optionally, <c>variant</c>; others are ignored.</item>
/// <item>Metric: the field's name where the measurement is <c>canary</c>; else <c>measurement_field</c>, and the
/// measurement alone for a field named <c>value</c>.</item>
/// <item>The field <c>count</c> is the count of all others of its line. Strings and booleans are ignored.</item>
/// <item>Timestamps are Unix nanoseconds; a line without one takes the record's.</item>
/// </list>
/// A line is accepted whole or refused whole. Syntax: InfluxDB 1.x line protocol reference.
/// </summary>
internal sealed class LineProtocol(MeasurementSink sink, DecodingLimits limits)
{
    private readonly byte[] _metric = new byte[limits.FieldBytesMax];

    /// <param name="timestampMs">The record's own time, Unix milliseconds; 0 where there is none.</param>
    public void Decode(ReadOnlySpan<byte> text, long timestampMs)
    {
        var quotesClose = true;
        while (!text.IsEmpty)
        {
            var line = LineTokens.NextLine(ref text, ref quotesClose).Trim(" \r\t"u8);
            if (line.IsEmpty || line[0] == '#')
                continue;
            var accepted = sink.Accepted;
            if (Line(line, timestampMs) is not { } reason)
                continue;
            sink.RollBackTo(accepted);
            sink.Rejects.Element(reason, line);
        }
    }

    private string? Line(ReadOnlySpan<byte> line, long timestampMs)
    {
        var draft = new MeasurementDraft { Count = 1 };
        var rest = line;
        var measurement = LineTokens.Take(ref rest, ", "u8);
        if (Tags(ref rest, ref draft) is { } badTag)
            return badTag;
        var fields = rest.TrimStart((byte)' ');
        if (CountAndTime(fields, timestampMs, ref draft) is { } badField)
            return badField;
        return Fields(fields, measurement, ref draft);
    }

    private static string? Tags(scoped ref ReadOnlySpan<byte> rest, ref MeasurementDraft draft)
    {
        while (!rest.IsEmpty && rest[0] == ',')
        {
            rest = rest[1..];
            var name = LineTokens.Take(ref rest, ",= "u8);
            if (rest.IsEmpty || rest[0] != '=')
                return $"tag {Shown.Text(name)} has no value";
            rest = rest[1..];
            var value = LineTokens.Take(ref rest, ", "u8);
            if (name.SequenceEqual("app"u8))
                draft.App = value;
            else if (name.SequenceEqual("cluster"u8))
                draft.Cluster = value;
            else if (name.SequenceEqual("version"u8))
                draft.Version = value;
            else if (name.SequenceEqual("track"u8))
                draft.Track = value;
            else if (name.SequenceEqual("variant"u8))
                draft.Variant = value;
        }
        return Missing(in draft) is { } missing ? $"tag {missing} is missing or empty" : null;
    }

    private static string? Missing(scoped in MeasurementDraft draft)
    {
        if (draft.App.IsEmpty)
            return "app";
        if (draft.Cluster.IsEmpty)
            return "cluster";
        if (draft.Version.IsEmpty)
            return "version";
        return draft.Track.IsEmpty ? "track" : null;
    }

    private static string? CountAndTime(ReadOnlySpan<byte> fields, long timestampMs, ref MeasurementDraft draft)
    {
        var cursor = new LineFields(fields);
        while (cursor.Next())
        {
            if (!cursor.IsNumber(out var number, out var broken))
            {
                if (broken)
                    return $"field {Shown.Text(cursor.Name)} is {Shown.Text(cursor.Value)}; it must be a number, a boolean or a quoted string";
            }
            else if (cursor.Name.SequenceEqual("count"u8))
            {
                draft.Count = number;
            }
        }
        if (cursor.Error is not null)
            return cursor.Error;
        var time = cursor.Rest.Trim((byte)' ');
        draft.TimeMs = timestampMs;
        if (time.IsEmpty)
            return timestampMs > 0 ? null : "the line has no timestamp and the record neither";
        if (!Utf8Parser.TryParse(time, out long nanoseconds, out var used) || used != time.Length)
            return $"timestamp is {Shown.Text(time)}; it must be Unix nanoseconds";
        draft.TimeMs = nanoseconds / 1_000_000;
        return null;
    }

    private string? Fields(ReadOnlySpan<byte> fields, ReadOnlySpan<byte> measurement, scoped ref MeasurementDraft draft)
    {
        var numbers = 0;
        var cursor = new LineFields(fields);
        while (cursor.Next())
        {
            if (!cursor.IsNumber(out var number, out _) || cursor.Name.SequenceEqual("count"u8))
                continue;
            numbers++;
            var metric = Metric(measurement, cursor.Name);
            if (metric.IsEmpty)
                return $"metric {Shown.Text(measurement)}_{Shown.Text(cursor.Name)} is empty or longer than {limits.FieldBytesMax} bytes";
            var one = draft;
            one.Metric = metric;
            one.Value = number;
            if (sink.TryAdd(in one) is { } reason)
                return reason;
        }
        return numbers == 0 ? "the line has no field with a number (besides count)" : null;
    }

    /// <summary>Empty where the name doesn't fit.</summary>
    private ReadOnlySpan<byte> Metric(ReadOnlySpan<byte> measurement, ReadOnlySpan<byte> field)
    {
        if (measurement.SequenceEqual("canary"u8))
            return field;
        if (field.SequenceEqual("value"u8))
            return measurement;
        var length = measurement.Length + 1 + field.Length;
        if (measurement.IsEmpty || field.IsEmpty || length > _metric.Length)
            return default;
        measurement.CopyTo(_metric);
        _metric[measurement.Length] = (byte)'_';
        field.CopyTo(_metric.AsSpan(measurement.Length + 1));
        return _metric.AsSpan(0, length);
    }
}
