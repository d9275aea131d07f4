using System.Text;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Core.Telemetry.Decoding;
using static CanaryStreams.Core.Tests.Telemetry.Decoding.DecoderHarness;

namespace CanaryStreams.Core.Tests.Telemetry.Decoding;

/// <summary>What is refused, and the sentence that its producer gets.</summary>
public class MeasurementRejectTests
{
    [Theory]
    [InlineData("value", "\"NaN\"", "value is \"NaN\"; it must be a finite number")]
    [InlineData("value", "\"Infinity\"", "value is \"Infinity\"; it must be a finite number")]
    [InlineData("value", "\"12.3\"", "value is \"12.3\"; it must be a finite number")]
    [InlineData("value", "1e999", "value is Infinity; it must be a finite number")]
    [InlineData("value", "null", "value is null; it must be a finite number")]
    [InlineData("value", "true", "value is true; it must be a finite number")]
    [InlineData("value", "{}", "value is an object; it must be a finite number")]
    [InlineData("value", "[1]", "value is an array; it must be a finite number")]
    [InlineData("value", null, "value is missing")]
    [InlineData("count", "-3", "count is -3; it must be ≥ 0")]
    [InlineData("count", "\"3\"", "count is \"3\"; it must be a finite number")]
    [InlineData("count", "1e999", "count is Infinity; it must be a finite number")]
    [InlineData("app", null, "app is missing")]
    [InlineData("app", "\"\"", "app is empty")]
    [InlineData("cluster", "7", "cluster is 7; it must be a string")]
    [InlineData("cluster", "\"\"", "cluster is empty")]
    [InlineData("version", "2.4", "version is 2.4; it must be a string")]
    [InlineData("version", "\"\"", "version is empty")]
    [InlineData("metric", "\"\"", "metric is empty")]
    [InlineData("metric", "\"\\ud800\"", "metric has an escape that is no character")]
    [InlineData("variant", "3", "variant is 3; it must be a string")]
    [InlineData("track", "\"prod\"", "track is \"prod\"; it must be \"stable\" or \"canary\"")]
    [InlineData("track", "\"Canary\\n\"", "track is \"Canary·\"; it must be \"stable\" or \"canary\"")]
    [InlineData("time", null, "time is missing")]
    [InlineData("time", "false", "time is false; it must be RFC 3339 with an offset, or epoch milliseconds")]
    [InlineData("time", "1e300", "time is 1e300; it must be RFC 3339 with an offset, or epoch milliseconds")]
    [InlineData(
        "time",
        "\"2026-11-22T10:00:00\"",
        "time is \"2026-11-22T10:00:00\"; it must be RFC 3339 with an offset, or epoch milliseconds"
    )]
    [InlineData(
        "time",
        "1795341600",
        "time is 1970-01-21T18:42:21.600Z, before 2000; a number is epoch milliseconds, not seconds"
    )]
    [InlineData(
        "time",
        "\"2026-11-22T10:20:10Z\"",
        "time is 2026-11-22T10:20:10.000Z, 20 min ahead of the clock; at most 5 min is allowed"
    )]
    [InlineData(
        "time",
        "9007199254740000",
        "time is 9007199254740000, 104229211 d ahead of the clock; at most 5 min is allowed"
    )]
    public void Decode_BadField_NamesItAndItsValue(string field, string? value, string reason) =>
        new DecoderHarness().Feed(Json((field, value))).OnlyReason().ShouldBe(reason);

    [Fact]
    public void Decode_TimeExactlyMaxSkewAhead_IsAccepted()
    {
        var edge = Now + 300_000;
        new DecoderHarness().Feed(Json(("time", $"{edge}"))).Measurements.Count.ShouldBe(1);
        new DecoderHarness().Feed(Json(("time", $"{edge + 1}"))).Measurements.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("app")]
    [InlineData("cluster")]
    [InlineData("version")]
    [InlineData("metric")]
    [InlineData("variant")]
    public void Decode_OverlongField_IsRefused(string field)
    {
        var limit = new string('é', 128);
        new DecoderHarness().Feed(Json((field, $"\"{limit}\"")), key: "").Measurements.Count.ShouldBe(1);
        new DecoderHarness()
            .Feed(Json((field, $"\"{limit}x\"")), key: "")
            .OnlyReason()
            .ShouldBe($"{field} is 257 bytes long; at most 256 are allowed");
    }

    [Fact]
    public void Decode_OverlongTrack_IsShownShort() =>
        new DecoderHarness()
            .Feed(Json(("track", $"\"{new string('x', 500)}\"")))
            .OnlyReason()
            .Length.ShouldBeLessThan(130);

    [Fact]
    public void Decode_OneBadElement_IsRejectedAloneWithItsOwnBytes()
    {
        var bad = Json(("count", "-3"));
        var decoding = new DecoderHarness().Feed($"[{Json()}, {bad} ,7,{Json()}]");
        decoding.Measurements.Count.ShouldBe(2);
        decoding.Rejects.Select(reject => Encoding.UTF8.GetString(reject.Bytes.Span)).ShouldBe([bad, "7"]);
        decoding
            .Rejects[0]
            .ShouldSatisfyAllConditions(
                reject => reject.Topic.ShouldBe(Topics.Telemetry),
                reject => reject.Partition.ShouldBe(3),
                reject => reject.Offset.ShouldBe(42),
                reject => Encoding.UTF8.GetString(reject.Key.Span).ShouldBe("checkout")
            );
        decoding.Rejects[1].Reason.ShouldBe("a measurement must be a JSON object");
    }

    [Fact]
    public void Decode_OneBadLine_IsRejectedAlone()
    {
        var decoding = new DecoderHarness().Feed($"{Json()}\n{Json(("app", null))}\n{Json()}");
        decoding.Measurements.Count.ShouldBe(2);
        decoding.Rejects.ShouldHaveSingleItem().Reason.ShouldBe("app is missing");
    }

    [Theory]
    [InlineData("[{0},{0}")]
    [InlineData("[{0},{0}]]")]
    [InlineData("{0}\n{\"app\":\"chec")]
    [InlineData("{0},")]
    [InlineData("{0} // comment")]
    [InlineData("[{0},]")]
    public void Decode_BrokenJson_CountsNothingOfTheRecord(string form)
    {
        var value = form.Replace("{0}", Json());
        var decoding = new DecoderHarness().Feed(Json()).Feed(value).Feed(Json());
        decoding.Measurements.Count.ShouldBe(2);
        var reject = decoding.Rejects.ShouldHaveSingleItem();
        reject.Reason.ShouldStartWith("not valid JSON in line ");
        Encoding.UTF8.GetString(reject.Bytes.Span).ShouldBe(value);
    }

    [Fact]
    public void Decode_BrokenJson_SaysWhere() =>
        new DecoderHarness()
            .Feed("{\"app\":\n  nope}")
            .OnlyReason()
            .ShouldBe(
                "not valid JSON in line 2, byte 3: 'nope}' is an invalid JSON literal. Expected the literal 'null'."
            );

    [Theory]
    [InlineData("")]
    [InlineData("   \n")]
    [InlineData("[]")]
    [InlineData("[[1]]")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    public void Decode_NothingInTheRecord_IsRejected(string value) =>
        new DecoderHarness().Feed(value).OnlyReason().ShouldNotBeEmpty();

    [Fact]
    public void Decode_EmptyRecord_SaysSo() =>
        new DecoderHarness().Feed("").OnlyReason().ShouldBe("the record is empty");

    [Fact]
    public void Decode_InvalidUtf8_IsRejectedWithItsBytes()
    {
        byte[] value = [.. Encoding.UTF8.GetBytes(Json(("unit", "\"~\"")))];
        value[Array.IndexOf(value, (byte)'~')] = 0xFF;
        var decoding = new DecoderHarness().Feed(Record(value));
        decoding.OnlyReason().ShouldBe("the record is not valid UTF-8");
        decoding.Rejects[0].Bytes.ToArray().ShouldBe(value);
    }

    [Fact]
    public void Decode_DeepNesting_IsRejected() =>
        new DecoderHarness()
            .Feed(Json(("x", new string('[', 10_000) + new string(']', 10_000))))
            .OnlyReason()
            .ShouldContain("depth of 32");

    [Fact]
    public void Decode_RecordOverTheLimit_IsRejectedUnread() =>
        new DecoderHarness().Feed(new string(' ', 2 << 20) + Json()).OnlyReason().ShouldStartWith("the record is 2097");

    [Fact]
    public void Decode_KeyThatIsNotTheApp_IsRejected() =>
        new DecoderHarness()
            .Feed(Json(), key: "shop")
            .OnlyReason()
            .ShouldBe("the record's key is \"shop\" and app is \"checkout\"; records must be keyed by app");

    [Fact]
    public void Decode_UnknownContentType_IsRejected() =>
        new DecoderHarness()
            .Feed(Json(), contentType: "application/avro")
            .OnlyReason()
            .ShouldBe($"content-type is \"application/avro\"; it must be {RecordFormats.Allowed}");

    [Fact]
    public void Decode_SeriesBeyondTheTable_AreRefusedAndKnownOnesGoOn()
    {
        var decoding = new DecoderHarness(series: new SeriesTable(capacity: 1)).Feed(Json());
        decoding.Feed(Json(("cluster", "\"new\""))).Feed(Json());
        decoding.Measurements.Count.ShouldBe(2);
        decoding.Rejects.ShouldHaveSingleItem().Reason.ShouldStartWith("the lane holds its 1 series already");
    }

    [Fact]
    public void Decode_VeryManyBadElements_GiveOneReject()
    {
        var bad = Enumerable.Repeat("1", 5000).Append(Json());
        var decoding = new DecoderHarness().Feed($"[{string.Join(',', bad)}]");
        decoding.Measurements.Count.ShouldBe(1);
        decoding
            .Rejects.ShouldHaveSingleItem()
            .Reason.ShouldBe("5000 of 5001 elements refused; the first: a measurement must be a JSON object");
    }

    [Fact]
    public void Decode_RejectedBytes_OutliveTheBatch()
    {
        var value = Encoding.UTF8.GetBytes(Json(("count", "-3")));
        var decoding = new DecoderHarness().Feed(Record(value));
        value.AsSpan().Clear();
        decoding.Rejects[0].Bytes.Span[0].ShouldBe((byte)'{');
    }

    [Theory]
    [InlineData(MetricKind.Ratio, 1.7, "value is 1.7; error_rate is a ratio and must be in [0,1]")]
    [InlineData(MetricKind.Ratio, -0.1, "value is -0.1; error_rate is a ratio and must be in [0,1]")]
    [InlineData(MetricKind.Ratio, 1, null)]
    [InlineData(MetricKind.Ratio, 0, null)]
    [InlineData(MetricKind.Mean, 1.7, null)]
    public void Kind_ValueOutsideItsRange_IsNamed(MetricKind kind, double value, string? reason) =>
        FieldRules.Kind("error_rate", kind, value).ShouldBe(reason);
}
