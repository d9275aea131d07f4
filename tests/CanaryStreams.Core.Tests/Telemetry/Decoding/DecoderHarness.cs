using System.Globalization;
using System.Text;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Core.Telemetry.Decoding;

namespace CanaryStreams.Core.Tests.Telemetry.Decoding;

/// <summary>One decoder with its lists, and records to put into it.</summary>
internal sealed class DecoderHarness
{
    public static readonly long Now = DateTimeOffset
        .Parse("2026-11-22T10:00:10Z", CultureInfo.InvariantCulture)
        .ToUnixTimeMilliseconds();

    public SeriesTable Series { get; }
    public MeasurementDecoder Decoder { get; }
    public List<Measurement> Measurements { get; } = [];
    public List<Reject> Rejects { get; } = [];

    public DecoderHarness(DecodingLimits? limits = null, SeriesTable? series = null)
    {
        Series = series ?? new SeriesTable();
        Decoder = new MeasurementDecoder(Series, limits);
    }

    /// <summary>A valid measurement in which fields are replaced: <c>Json(("count", "-3"))</c>; null leaves one out.</summary>
    public static string Json(params (string Name, string? Value)[] changes)
    {
        var fields = new Dictionary<string, string?>
        {
            ["time"] = "\"2026-11-22T10:00:00.250Z\"",
            ["app"] = "\"checkout\"",
            ["cluster"] = "\"eu-1\"",
            ["version"] = "\"2.4.1\"",
            ["track"] = "\"canary\"",
            ["metric"] = "\"latency_ms\"",
            ["value"] = "123.4",
            ["count"] = "17",
        };
        foreach (var (name, value) in changes)
            fields[name] = value;
        var members = fields.Where(field => field.Value is not null).Select(field => $"\"{field.Key}\":{field.Value}");
        return "{" + string.Join(',', members) + "}";
    }

    public static RawRecord Record(byte[] value, string key = "checkout", string? contentType = null) =>
        new(
            Topics.Telemetry,
            Partition: 3,
            Offset: 42,
            TimestampMs: 0,
            Encoding.UTF8.GetBytes(key),
            value,
            contentType is null ? null : [new("Content-Type", Encoding.UTF8.GetBytes(contentType))]
        );

    public static RawRecord Record(string value, string key = "checkout", string? contentType = null) =>
        Record(Encoding.UTF8.GetBytes(value), key, contentType);

    public DecoderHarness Feed(RawRecord record)
    {
        Decoder.Decode(in record, Now, Measurements, Rejects);
        return this;
    }

    public DecoderHarness Feed(string value, string key = "checkout", string? contentType = null) =>
        Feed(Record(value, key, contentType));

    /// <summary>The only reason, where nothing was accepted.</summary>
    public string OnlyReason()
    {
        Measurements.ShouldBeEmpty();
        return Rejects.ShouldHaveSingleItem().Reason;
    }
}
