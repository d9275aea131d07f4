using System.Text;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Engine.Replay;

namespace CanaryStreams.Engine.Tests.Replay;

public class ReplayOutputTests
{
    [Fact]
    public void Write_ARecord_IsALineThatAReplayReads() =>
        Written(null, new OutputRecord(Topics.Control, default, "{\"id\":\"r/1\"}"u8.ToArray()))
            .ShouldBe("{\"topic\":\"canary.control\",\"value\":{\"id\":\"r/1\"}}\n");

    [Fact]
    public void Write_OnlySomeTopics_OthersAreCountedAndLeftOut()
    {
        var stream = new MemoryStream();
        using var output = new ReplayOutput(stream, new HashSet<string> { Topics.Control });

        output.Write(new OutputRecord(Topics.Signals, default, "{}"u8.ToArray()));
        output.Write(new OutputRecord(Topics.Control, default, "{}"u8.ToArray()));
        output.Write(new OutputRecord(Topics.Signals, default, "{}"u8.ToArray()));

        Encoding.UTF8.GetString(stream.ToArray()).ShouldBe("{\"topic\":\"canary.control\",\"value\":{}}\n");
        output.Counts.ShouldBe(
            new Dictionary<string, long> { [Topics.Signals] = 2, [Topics.Control] = 1 },
            ignoreOrder: true
        );
    }

    [Theory]
    [InlineData("{\"a\": 1}", "{\"a\": 1}")]
    [InlineData("rubbish", "\"rubbish\"")]
    [InlineData("", "\"\"")]
    [InlineData("{\"a\":\n1}", "\"{\\u0022a\\u0022:\\n1}\"")]
    [InlineData("{\"a\":1}{\"a\":2}", "\"{\\u0022a\\u0022:1}{\\u0022a\\u0022:2}\"")]
    public void Write_AReject_ItsBytesAsJsonOrAsAStringWithReasonAndOrigin(string bytes, string expected)
    {
        var reject = new Reject("why", Topics.Telemetry, 0, 7, default, Encoding.UTF8.GetBytes(bytes));

        Written(null, RejectRecord.Of(reject))
            .ShouldBe(
                "{\"topic\":\"canary.rejects\",\"headers\":{\"canary_reason\":\"why\",\"canary_origin_topic\":\"canary.telemetry\","
                    + $"\"canary_origin_partition\":\"0\",\"canary_origin_offset\":\"7\"}},\"value\":{expected}}}\n"
            );
    }

    [Fact]
    public void Write_ARejectThatIsNoUtf8_TheLineIs()
    {
        byte[] bytes = [.. "{\"a\":\""u8, 0xff, .. "\"}"u8];
        var reject = new Reject("why", Topics.Telemetry, 0, 7, default, bytes);
        var stream = new MemoryStream();
        using var output = new ReplayOutput(stream, null);

        output.Write(RejectRecord.Of(reject));

        System.Text.Unicode.Utf8.IsValid(stream.ToArray()).ShouldBeTrue();
        using var line = System.Text.Json.JsonDocument.Parse(stream.ToArray());
        line.RootElement.GetProperty("value").GetString().ShouldBe("{\"a\":\"\uFFFD\"}");
    }

    private static string Written(IReadOnlySet<string>? only, OutputRecord record)
    {
        var stream = new MemoryStream();
        using var output = new ReplayOutput(stream, only);
        output.Write(record);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
