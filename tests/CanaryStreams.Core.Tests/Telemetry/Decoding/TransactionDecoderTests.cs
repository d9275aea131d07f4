using System.Text;
using System.Text.Json;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Core.Telemetry.Decoding;

namespace CanaryStreams.Core.Tests.Telemetry.Decoding;

public class TransactionDecoderTests
{
    private readonly List<TransactionResult> _results = [];
    private readonly List<Reject> _rejects = [];

    private const string Good = """
        {"time":"2026-11-22T10:00:01Z","app":"checkout","cluster":"eu-1","version":"2.4.1","track":"canary",
        "transaction":"place-order","run":"0192f","durationMs":187.2,"success":false,"error":"assertion: status 500, expected 200",
        "steps":[{"name":"add-to-cart","durationMs":40.1,"success":true,"status":200},{"name":"pay","durationMs":1,"success":false}],
        "resources":{"cpuPct":31.5,"memoryMb":412}}
        """;

    private void Feed(string value, string key = "checkout", string? contentType = null)
    {
        var record = DecoderHarness.Record(value, key, contentType);
        new TransactionDecoder().Decode(in record, DecoderHarness.Now, _results, _rejects);
    }

    [Fact]
    public void Decode_TheContractsExample_GivesAllOfIt()
    {
        Feed(Good);
        _rejects.ShouldBeEmpty();
        var result = _results.ShouldHaveSingleItem();
        result.ShouldBe(
            new TransactionResult(
                1795341601000,
                "checkout",
                "eu-1",
                "2.4.1",
                Track.Canary,
                null,
                "place-order",
                "0192f",
                187.2,
                false,
                "assertion: status 500, expected 200",
                result.Steps
            )
        );
        result.Steps.ShouldBe([new("add-to-cart", 40.1, true, 200), new("pay", 1, false, null)]);
    }

    [Theory]
    [InlineData("[{0},{0}]", 2)]
    [InlineData("{0}\n{0}", 2)]
    [InlineData("{\"specversion\":\"1.0\",\"data\":{0}}", 1)]
    [InlineData("{\"specversion\":\"1.0\",\"data\":[{0},{0}]}", 2)]
    public void Decode_SeveralForms_GiveEachResult(string form, int expected)
    {
        Feed(form.Replace("{0}", Good));
        _results.Count.ShouldBe(expected);
        _rejects.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(
        "\"success\":false,\"error\"",
        "\"success\":\"no\",\"error\"",
        "success is \"\"no\"\"; it must be true or false"
    )]
    [InlineData("\"success\":false,\"error\"", "\"error\"", "success is missing")]
    [InlineData("\"durationMs\":187.2", "\"durationMs\":-1", "durationMs is -1; it must be ≥ 0")]
    [InlineData("\"durationMs\":187.2", "\"durationMs\":\"NaN\"", "durationMs is \"NaN\"; it must be a finite number")]
    [InlineData("place-order", "", "transaction is empty")]
    [InlineData("\"canary\"", "\"blue\"", "track is \"blue\"; it must be \"stable\" or \"canary\"")]
    [InlineData(
        "\"checkout\"",
        "\"shop\"",
        "the record's key is \"checkout\" and app is \"shop\"; records must be keyed by app"
    )]
    [InlineData("\"0192f\"", "7", "run is 7; it must be a string")]
    [InlineData("\"add-to-cart\"", "null", "steps[0]: name is null; it must be a string")]
    [InlineData("\"status\":200", "\"status\":\"ok\"", "steps[0]: status is \"\"ok\"\"; it must be an integer")]
    [InlineData("\"durationMs\":1,", "", "steps[1]: durationMs is missing")]
    [InlineData(
        "2026-11-22T10:00:01Z",
        "2026-11-22T11:00:10Z",
        "time is 2026-11-22T11:00:10.000Z, 60 min ahead of the clock; at most 5 min is allowed"
    )]
    [InlineData(
        "2026-11-22T10:00:01Z",
        "yesterday",
        "time is \"yesterday\"; it must be RFC 3339 with an offset, or epoch milliseconds"
    )]
    [InlineData("[{\"name\"", "[4,{\"name\"", "steps[0]: a step must be a JSON object")]
    public void Decode_BadField_NamesItAndItsValue(string good, string bad, string reason)
    {
        Feed(Good.Replace(good, bad));
        _results.ShouldBeEmpty();
        _rejects.ShouldHaveSingleItem().Reason.ShouldBe(reason);
    }

    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("[1]", "a transaction result must be a JSON object")]
    [InlineData("[]", "the record holds no transaction result")]
    [InlineData("", "the record is empty")]
    [InlineData("{\"app\":\"x\",\"steps\":{}}", "time is missing")]
    public void Decode_BadRecord_SaysWhy(string value, string reason)
    {
        Feed(value);
        _rejects.ShouldHaveSingleItem().Reason.ShouldStartWith(reason);
    }

    [Fact]
    public void Decode_StepsOfTheWrongShape_AreRefused()
    {
        var end = Good.IndexOf("\"steps\"", StringComparison.Ordinal);
        Feed(Good[..end] + "\"steps\":{}}");
        Feed(Good[..end] + $"\"steps\":[{string.Join(',', Enumerable.Repeat("1", 201))}]}}");
        Feed(Good[..end] + "\"steps\":null}");
        _rejects
            .Select(reject => reject.Reason)
            .ShouldBe(["steps must be an array", "steps has 201 elements; at most 200 are allowed"]);
        _results.ShouldHaveSingleItem().Steps.ShouldBeEmpty();
    }

    [Fact]
    public void Decode_BrokenAfterAGoodOne_KeepsNothingOfTheRecord()
    {
        Feed($"{Good}\n{{");
        _results.ShouldBeEmpty();
        _rejects.Count.ShouldBe(1);
    }

    [Fact]
    public void Decode_BadElement_IsRejectedAloneWithItsBytes()
    {
        Feed($"[{Good},{{\"app\": 1}}]");
        _results.Count.ShouldBe(1);
        Encoding.UTF8.GetString(_rejects.ShouldHaveSingleItem().Bytes.Span).ShouldBe("{\"app\": 1}");
    }

    [Fact]
    public void Decode_LongError_IsCutAtACharacter()
    {
        Feed(Good.Replace("assertion", new string('é', 3000) + "x"));
        _results.ShouldHaveSingleItem().Error.ShouldBe(new string('é', 1024));
    }

    [Fact]
    public void Decode_OtherEncodings_AreRefused()
    {
        Feed(Good, contentType: "text/x-influx-line-protocol");
        _rejects.ShouldHaveSingleItem().Reason.ShouldBe("a transaction result must be JSON");
    }

    [Fact]
    public void Decode_WhatWasEncoded_ComesBack()
    {
        Feed(Good);
        var expected = _results[0] with { Variant = "b", Error = null, Run = null };
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
            TelemetryJson.WriteTransaction(json, expected);
        Feed(Encoding.UTF8.GetString(stream.ToArray()));
        _results[1].ShouldBe(expected with { Steps = _results[1].Steps });
        _results[1].Steps.ShouldBe(expected.Steps);

        using var full = new MemoryStream();
        using (var json = new Utf8JsonWriter(full))
            TelemetryJson.WriteTransaction(json, _results[0]);
        Feed(Encoding.UTF8.GetString(full.ToArray()));
        _results[2].ShouldBe(_results[0] with { Steps = _results[2].Steps });
    }
}
