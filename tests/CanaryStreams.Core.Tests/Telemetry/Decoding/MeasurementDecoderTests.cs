using CanaryStreams.Core.Telemetry;
using static CanaryStreams.Core.Tests.Telemetry.Decoding.DecoderHarness;

namespace CanaryStreams.Core.Tests.Telemetry.Decoding;

/// <summary>What is accepted, in which forms.</summary>
public class MeasurementDecoderTests
{
    private const long Time = 1795341600250;
    private static readonly SeriesKey Key = new("checkout", "eu-1", "2.4.1", Track.Canary, null, "latency_ms");

    [Fact]
    public void Decode_OneObject_GivesItsMeasurement()
    {
        var decoding = new DecoderHarness().Feed(Json());
        decoding.Rejects.ShouldBeEmpty();
        decoding.Measurements.ShouldBe([new Measurement(0, Time, 123.4, 17)]);
        decoding.Series[0].ShouldBe(Key);
    }

    [Theory]
    [InlineData("1795341600250")]
    [InlineData("1.79534160025e12")]
    [InlineData("\"2026-11-22T11:00:00.250+01:00\"")]
    [InlineData("\"2026-11-22T11:00:00.250\\u002B01:00\"")]
    public void Decode_AnyFormOfTime_IsTheSameTime(string time) =>
        new DecoderHarness().Feed(Json(("time", time))).Measurements.ShouldHaveSingleItem().TimeMs.ShouldBe(Time);

    [Theory]
    [InlineData(null, 1)]
    [InlineData("null", 1)]
    [InlineData("0", 0)]
    [InlineData("2.5", 2.5)]
    public void Decode_Count_IsOneByDefault(string? count, double expected) =>
        new DecoderHarness().Feed(Json(("count", count))).Measurements.ShouldHaveSingleItem().Count.ShouldBe(expected);

    [Theory]
    [InlineData("\"canary\"", "\"b\"", "b")]
    [InlineData("\"canary\"", "null", null)]
    [InlineData("\"canary\"", "\"\"", null)]
    [InlineData("\"stable\"", "\"b\"", null)]
    public void Decode_Variant_TellsCanariesApartOnly(string track, string variant, string? expected)
    {
        var decoding = new DecoderHarness().Feed(
            Json(("track", track), ("variant", variant), ("instance", "\"pod-7\""))
        );
        decoding.Measurements.Count.ShouldBe(1);
        decoding.Series[0].Variant.ShouldBe(expected);
    }

    [Theory]
    [InlineData("[{0},{1}]")]
    [InlineData("{0}\n{1}\n")]
    [InlineData("\n {0}\r\n\r\n{1}")]
    [InlineData("[{0}]\n[{1}]")]
    public void Decode_SeveralObjects_GivesEach(string form)
    {
        var value = form.Replace("{0}", Json()).Replace("{1}", Json(("value", "7"), ("cluster", "\"us-1\"")));
        var decoding = new DecoderHarness().Feed(value);
        decoding.Rejects.ShouldBeEmpty();
        decoding.Measurements.ShouldBe([new(0, Time, 123.4, 17), new(1, Time, 7, 17)]);
    }

    [Fact]
    public void Decode_UnknownFieldsOfAnyShape_AreIgnored() =>
        new DecoderHarness()
            .Feed(Json(("labels", "{\"app\":\"x\",\"deep\":[[1,{\"value\":2}]]}"), ("unit", "\"ms\""), ("data", "3")))
            .Measurements.ShouldBe([new Measurement(0, Time, 123.4, 17)]);

    [Fact]
    public void Decode_EscapedNamesAndValues_AreTheSameSeries()
    {
        var escaped = Json(("app", "\"check\\u006fut\"")).Replace("\"cluster\"", "\"cl\\u0075ster\"");
        var decoding = new DecoderHarness().Feed(Json()).Feed(escaped);
        decoding.Rejects.ShouldBeEmpty();
        decoding.Measurements.Select(measurement => measurement.Series).ShouldBe([0, 0]);
    }

    [Fact]
    public void Decode_FieldTwice_LastCounts() =>
        new DecoderHarness()
            .Feed(Json().Replace("\"value\":123.4", "\"value\":1,\"value\":2"))
            .Measurements.ShouldHaveSingleItem()
            .Value.ShouldBe(2);

    [Theory]
    [InlineData("application/cloudevents+json; charset=utf-8")]
    [InlineData(null)]
    public void Decode_StructuredCloudEvent_IsUnwrapped(string? contentType)
    {
        var envelope =
            "{\"specversion\":\"1.0\",\"id\":\"1\",\"type\":\"m\",\"source\":\"/s\",\"data\":" + Json() + "}";
        new DecoderHarness().Feed(envelope, contentType: contentType).Measurements.Count.ShouldBe(1);
        new DecoderHarness().Feed($"[{envelope},{envelope}]", contentType: contentType).Measurements.Count.ShouldBe(2);
    }

    [Fact]
    public void Decode_CloudEventWithArrayAsData_RejectsItsBadElementAlone()
    {
        var bad = Json(("count", "-3"));
        var decoding = new DecoderHarness().Feed("{\"data\":[" + Json() + "," + bad + "],\"specversion\":\"1.0\"}");
        decoding.Measurements.Count.ShouldBe(1);
        decoding.Rejects.ShouldHaveSingleItem().Bytes.ToArray().ShouldBe(System.Text.Encoding.UTF8.GetBytes(bad));
    }

    [Fact]
    public void Decode_CloudEventInCloudEvent_IsNoMeasurement() =>
        new DecoderHarness()
            .Feed("{\"specversion\":\"1.0\",\"data\":{\"specversion\":\"1.0\",\"data\":" + Json() + "}}")
            .OnlyReason()
            .ShouldBe("app is missing");

    [Theory]
    [InlineData("\"data_base64\":\"e30=\"")]
    [InlineData("\"data\":\"{}\"")]
    public void Decode_CloudEventWithOpaqueData_SaysWhatIsExpected(string data) =>
        new DecoderHarness()
            .Feed("{\"specversion\":\"1.0\"," + data + "}")
            .OnlyReason()
            .ShouldBe("a CloudEvent must carry its measurement as a JSON object or array in data");

    [Fact]
    public void Decode_ByteOrderMark_IsSkipped() =>
        new DecoderHarness().Feed("\uFEFF" + Json()).Measurements.Count.ShouldBe(1);

    [Fact]
    public void Decode_BinaryCloudEvent_NeedsNoUnwrapping()
    {
        var record = Record(Json(), contentType: "application/json") with
        {
            Headers = [new("ce_id", "1"u8.ToArray()), new("content-type", "application/json"u8.ToArray())],
        };
        new DecoderHarness().Feed(record).Measurements.Count.ShouldBe(1);
    }

    [Fact]
    public void Decode_RecordWithoutKey_IsAcceptedAndCounted()
    {
        var decoding = new DecoderHarness().Feed(Json(), key: "").Feed(Json());
        decoding.Measurements.Count.ShouldBe(2);
        decoding.Decoder.Unkeyed.ShouldBe(1);
    }

    [Fact]
    public void Decode_KnownSeries_AllocatesNothing()
    {
        var batch =
            Json(("value", "1"), ("count", null)) + "\n" + Json(("time", "1795341600250"), ("track", "\"stable\""));
        RawRecord[] records =
        [
            Record(Json()),
            Record($"[{Json()},{Json(("cluster", "\"us-1\""))}]", contentType: "application/json; charset=utf-8"),
            Record(batch),
            Record("{\"specversion\":\"1.0\",\"data\":" + Json() + "}"),
        ];
        var decoding = new DecoderHarness();
        for (var i = 0; i < 200; i++)
            Round(decoding, records);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Round(decoding, records);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        decoding.Measurements.Count.ShouldBe(6);
        decoding.Rejects.ShouldBeEmpty();
    }

    private static void Round(DecoderHarness decoding, RawRecord[] records)
    {
        decoding.Measurements.Clear();
        foreach (var record in records)
            decoding.Decoder.Decode(in record, Now, decoding.Measurements, decoding.Rejects);
    }
}
