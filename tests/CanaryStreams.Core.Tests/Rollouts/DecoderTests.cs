using System.Text;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Core.Tests.Rollouts;

public class DecoderTests
{
    private const string Request = """
        {"time":"2026-11-22T12:00:00.1239+02:00","type":"rollout.requested","rollout":"checkout-2.4.1","app":"checkout","version":"2.4.1","from":"2.4.0",
         "policy":"default","variants":["a","b"],"unknown":{"x":1},
         "change":{"files":14,"lines":820,"dependencies":1,"schema":true,"configOnly":false},
         "clusters":[{"name":"eu-1","hardware":"c7","region":"eu","loadPct":62,"instances":40,"network":"10g","kernel":"5.15.0-89-generic","memoryGb":7.5},{"name":"us-1","loadPct":null}]}
        """;

    private readonly UpdateDecoder _decoder = new(new Dictionary<string, Policy> { ["default"] = new() });

    [Fact]
    public void Request_AsInTheContract_IsRead()
    {
        var update = _decoder.Decode(Encoding.UTF8.GetBytes(Request), out var error)!;

        error.ShouldBeNull();
        update.Rollout.ShouldBe("checkout-2.4.1");
        var command = update.Command.ShouldBeOfType<RequestRollout>();
        command.Time.ShouldBe(Given.Start.AddMilliseconds(123));
        command.Request.Variants.ShouldBe(["a", "b"]);
        command.Request.Change.ShouldBe(
            new ChangeProfile
            {
                Files = 14,
                Lines = 820,
                Dependencies = 1,
                Schema = true,
            }
        );
        command
            .Request.Clusters[0]
            .ShouldBe(
                new ClusterProfile
                {
                    Name = "eu-1",
                    Hardware = "c7",
                    Region = "eu",
                    Network = "10g",
                    LoadPct = 62,
                    Instances = 40,
                    Kernel = "5.15.0-89-generic",
                    MemoryGb = 7.5,
                }
            );
        command.Request.Clusters[1].ShouldBe(new ClusterProfile { Name = "us-1" });
    }

    [Theory]
    [InlineData("rollout.paused", typeof(PauseRollout))]
    [InlineData("rollout.resumed", typeof(ResumeRollout))]
    [InlineData("rollout.promoted", typeof(PromoteRollout))]
    [InlineData("rollout.cancelled", typeof(CancelRollout))]
    public void Override_OfEachKind_IsRead(string type, Type expected)
    {
        var json = $$"""{"time":1764000000000,"type":"{{type}}","rollout":"r","by":"ann","reason":"why"}""";

        var command = _decoder.Decode(Encoding.UTF8.GetBytes(json), out _)!.Command;

        command.ShouldBeOfType(expected);
        command.ShouldBeAssignableTo<OperatorOverride>()!.By.ShouldBe("ann");
        command.Time.ToUnixTimeMilliseconds().ShouldBe(1764000000000);
    }

    [Fact]
    public void Outcome_IsRead()
    {
        var json =
            """{"time":1,"type":"outcome.reported","rollout":"r","cluster":"eu-1","outcome":"bad","source":"incident"}"""u8;

        _decoder
            .Decode(json, out _)!
            .Command.ShouldBe(
                new ReportOutcome(DateTimeOffset.FromUnixTimeMilliseconds(1), "eu-1", Verdict.Bad, "incident")
            );
    }

    [Theory]
    [InlineData("""{"type":"rollout.paused","rollout":"r"}""", "'time' is missing")]
    [InlineData("""{"time":"yesterday","type":"rollout.paused","rollout":"r"}""", "'time' must be", "\"yesterday\"")]
    [InlineData("""{"time":-5,"type":"rollout.paused","rollout":"r"}""", "'time' must be")]
    [InlineData("""{"time":1,"type":"rollout.paused"}""", "'rollout' is missing")]
    [InlineData("""{"time":1,"type":"rollout.paused","rollout":""}""", "'rollout' must be a non-empty string")]
    [InlineData("""{"time":1,"type":"rollout.paused","rollout":17}""", "'rollout'", "17")]
    [InlineData("""{"time":1,"type":"rollout.paused","rollout":"r","by":17}""", "'by' must be a string")]
    [InlineData("""{"time":1,"type":"rollout.exploded","rollout":"r"}""", "rollout.exploded")]
    [InlineData(
        """{"time":1,"type":"outcome.reported","rollout":"r","outcome":"fine"}""",
        "'outcome'",
        "'good' or 'bad'",
        "'fine'"
    )]
    [InlineData(
        """{"time":1,"type":"outcome.reported","rollout":"r","outcome":"bad","source":"x"}""",
        "'source'",
        "'x'"
    )]
    [InlineData("""[1,2]""", "expected a JSON object", "[1,2]")]
    [InlineData("""{"time":1,""", "not valid JSON")]
    [InlineData("", "not valid JSON")]
    public void Update_ThatIsWrong_SaysWhatAndWhere(string json, params string[] expected)
    {
        _decoder.Decode(Encoding.UTF8.GetBytes(json), out var error).ShouldBeNull();

        foreach (var part in expected)
            error!.ShouldContain(part);
    }

    [Theory]
    [InlineData("\"app\":\"checkout\",", "", "'app' is missing")]
    [InlineData("\"policy\":\"default\"", "\"policy\":\"fast\"", "'fast'", "'default'")]
    [InlineData("\"lines\":820", "\"lines\":\"many\"", "'change.lines'", "\"many\"")]
    [InlineData("\"schema\":true", "\"schema\":\"yes\"", "'change.schema'")]
    [InlineData("\"loadPct\":62", "\"loadPct\":620", "'clusters[0].loadPct'", "0 to 100", "620")]
    [InlineData("\"memoryGb\":7.5", "\"memoryGb\":0", "'clusters[0].memoryGb'", "above zero", "got 0")]
    [InlineData("\"memoryGb\":7.5", "\"memoryGb\":1e999", "'clusters[0].memoryGb'", "above zero")]
    [InlineData("\"memoryGb\":7.5", "\"memoryGb\":\"8G\"", "'clusters[0].memoryGb'", "\"8G\"")]
    [InlineData("\"kernel\":\"5.15.0-89-generic\"", "\"kernel\":5.15", "'clusters[0].kernel'", "5.15")]
    [InlineData("\"name\":\"us-1\"", "\"name\":\"eu-1\"", "'eu-1' twice")]
    [InlineData("\"name\":\"us-1\"", "\"nome\":\"us-1\"", "'clusters[1].name' is missing")]
    [InlineData("[\"a\",\"b\"]", "[\"a\",\"a\"]", "'a' twice")]
    [InlineData("[\"a\",\"b\"]", "\"a\"", "'variants'")]
    [InlineData("\"change\":{", "\"change\":7,\"was\":{", "'change' must be an object")]
    [InlineData("\"clusters\":[", "\"clusters\":[],\"were\":[", "'clusters' must be an array")]
    [InlineData("\"clusters\":[", "\"clusters\":[7],\"were\":[", "must hold objects, got 7")]
    public void Request_ThatIsWrong_SaysWhatAndWhere(string good, string bad, params string[] expected)
    {
        var json = Request.Replace(good, bad);
        json.ShouldNotBe(Request);

        _decoder.Decode(Encoding.UTF8.GetBytes(json), out var error).ShouldBeNull();

        foreach (var part in expected)
            error!.ShouldContain(part);
    }

    [Fact]
    public void Name_TooLong_IsRefused()
    {
        var json = $$"""{"time":1,"type":"rollout.paused","rollout":"{{new string('x', 300)}}"}""";

        _decoder.Decode(Encoding.UTF8.GetBytes(json), out var error).ShouldBeNull();

        error!.ShouldContain("300 characters");
    }

    [Fact]
    public void Update_OfInvalidUtf8_IsRefused()
    {
        byte[] json = [.. "{\"time\":1,\"type\":\"rollout.paused\",\"rollout\":\""u8, 0xFF, 0xFE, .. "\"}"u8];

        _decoder.Decode(json, out var error).ShouldBeNull();

        error!.ShouldContain("not valid JSON");
    }

    [Fact]
    public void Ack_WithOnlyWhatIsNeeded_TakesTheRolloutFromTheId()
    {
        var ack = AckCodec.Decode("""{"time":1,"id":"a/b/17","status":"failed","error":"no such pool"}"""u8, out _)!;

        ack.Rollout.ShouldBe("a/b");
        ack.Status.ShouldBe(AckStatus.Failed);
        AckCodec.Decode(AckCodec.Encode(ack), out _).ShouldBe(ack);
    }

    [Theory]
    [InlineData("""{"time":1,"status":"applied"}""", "'id' is missing")]
    [InlineData("""{"time":1,"id":"r/1","status":"done"}""", "'applied' or 'failed'")]
    [InlineData("""{"time":1,"id":"r/1","status":"applied","weightPct":500}""", "'weightPct'")]
    public void Ack_ThatIsWrong_SaysWhat(string json, string expected)
    {
        AckCodec.Decode(Encoding.UTF8.GetBytes(json), out var error).ShouldBeNull();

        error!.ShouldContain(expected);
    }

    [Fact]
    public void Signal_OnTheWire_IsTheGoldenFileAndBack()
    {
        var signal = Given.Canary("eu-1", Given.Anomalous, 0.93) with
        {
            N = 200,
            Mean = 0.0151234567,
            AnomalyScore = 1.0 / 3,
            Quality = SignalQuality.Sparse,
            Rollout = "checkout-2.4.1",
            Last = true,
        };

        Golden.ShouldMatch("signal.json", SignalCodec.Encode(signal));
        var decoded = SignalCodec.Decode(Golden.Read("signal.json"), out var error)!;

        error.ShouldBeNull();
        decoded.ShouldBe(signal with { Mean = 0.0151235, AnomalyScore = 0.333333 });
        decoded.Evidence!.IsAnomaly.ShouldBeTrue();
        SignalCodec.Decode("{}"u8, out error).ShouldBeNull();
        error!.ShouldStartWith("not a signal");
        SignalCodec.Decode("null"u8, out error).ShouldBeNull();
        error.ShouldNotBeNull();
    }

    [Fact]
    public void Numbers_AreRoundedToSixDigitsOnceAndForAll() =>
        Prop.ForAll<double>(value =>
            {
                var rounded = NumberConverter.Rounded(value);
                return !double.IsFinite(value)
                    || (
                        Math.Abs(rounded - value) <= 5.000001e-6 * Math.Abs(value)
                        && NumberConverter.Rounded(rounded) == rounded
                    );
            })
            .QuickCheckThrowOnFailure();
}
