using System.Text;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Tests.Telemetry.Decoding;

public class LineProtocolTests
{
    private const long Time = 1795341600250;
    private const string Tags = "app=checkout,cluster=eu-1,version=2.4.1,track=canary";

    private static DecoderHarness Feed(string text, string key = "checkout") =>
        new DecoderHarness().Feed(text, key, "text/x-influx-line-protocol");

    [Fact]
    public void Decode_MeasurementCanary_TakesFieldsAsMetrics()
    {
        var decoding = Feed($"canary,{Tags} latency_ms=123.4,count=17i,error_rate=0.5 1795341600250000000\n");
        decoding.Rejects.ShouldBeEmpty();
        decoding.Measurements.ShouldBe([new(0, Time, 123.4, 17), new(1, Time, 0.5, 17)]);
        decoding.Series[0].ShouldBe(new SeriesKey("checkout", "eu-1", "2.4.1", Track.Canary, null, "latency_ms"));
        decoding.Series[1].Metric.ShouldBe("error_rate");
    }

    [Fact]
    public void Decode_OtherMeasurement_MakesMetricOfBothNames()
    {
        var decoding = Feed(
            $"cpu,{Tags},host=h1,variant=b usage_user=1.5,value=7u,up=t,name=\"a, b=c\" 1795341600250999999"
        );
        decoding.Rejects.ShouldBeEmpty();
        decoding.Measurements.ShouldBe([new(0, Time, 1.5, 1), new(1, Time, 7, 1)]);
        decoding.Series[0].Metric.ShouldBe("cpu_usage_user");
        decoding.Series[1].Metric.ShouldBe("cpu");
        decoding.Series[1].Variant.ShouldBe("b");
    }

    [Fact]
    public void Decode_Escapes_AreUndone()
    {
        var decoding = Feed(
            @"disk\ use\,d,app=check\ out\,2,cluster=eu\=1,version=1\.0,track=stable free\ mb=1 1795341600250000000",
            key: ""
        );
        decoding.Rejects.ShouldBeEmpty();
        decoding
            .Series[0]
            .ShouldBe(new SeriesKey("check out,2", "eu=1", @"1\.0", Track.Stable, null, "disk use,d_free mb"));
    }

    [Fact]
    public void Decode_CommentsBlankLinesAndQuotedLineBreaks_AreNoLines()
    {
        var text =
            $"# it's a \"comment\n\r\ncanary,{Tags} note=\"two\nlines \\\" x\",a=1 1795341600250000000\r\ncanary,{Tags} a=2 1795341600250000000";
        var decoding = Feed(text);
        decoding.Rejects.ShouldBeEmpty();
        decoding.Measurements.Select(measurement => measurement.Value).ShouldBe([1, 2]);
    }

    [Theory]
    [InlineData(
        "canary,app=checkout,cluster=eu-1,version=2.4.1 a=1 1795341600250000000",
        "tag track is missing or empty"
    )]
    [InlineData("canary,app=checkout,cluster=eu-1,track=stable a=1 1", "tag version is missing or empty")]
    [InlineData("canary,app=checkout,version=1,track=stable a=1 1", "tag cluster is missing or empty")]
    [InlineData("canary a=1 1795341600250000000", "tag app is missing or empty")]
    [InlineData("canary,app a=1 1", "tag \"app\" has no value")]
    [InlineData($"canary,{Tags}", "field \"\" has no value")]
    [InlineData($"canary,{Tags} a 1", "field \"a\" has no value")]
    [InlineData($"canary,{Tags} a=\"x 1", "field \"a\" has a quote that isn't closed")]
    [InlineData($"canary,{Tags} a=1x 1", "field \"a\" is \"1x\"; it must be a number, a boolean or a quoted string")]
    [InlineData($"canary,{Tags} a=NaN 1795341600250000000", "value is NaN; it must be a finite number")]
    [InlineData($"canary,{Tags} a=1,count=-1 1795341600250000000", "count is -1; it must be ≥ 0")]
    [InlineData($"canary,{Tags} count=1 1795341600250000000", "the line has no field with a number (besides count)")]
    [InlineData(
        $"canary,{Tags} a=true,b=F,c=\"x\" 1795341600250000000",
        "the line has no field with a number (besides count)"
    )]
    [InlineData($"canary,{Tags} a=1 soon", "timestamp is \"soon\"; it must be Unix nanoseconds")]
    [InlineData($"canary,{Tags} a=1", "the line has no timestamp and the record neither")]
    [InlineData(
        $"canary,{Tags} a=1 1795341600250",
        "time is 1970-01-01T00:29:55.341Z, before 2000; a number is epoch milliseconds, not seconds"
    )]
    [InlineData($",{Tags} a=1 1795341600250000000", "metric \"\"_\"a\" is empty or longer than 256 bytes")]
    public void Decode_BadLine_SaysWhy(string line, string reason) => Feed(line).OnlyReason().ShouldBe(reason);

    [Fact]
    public void Decode_BadLineAmongGoodOnes_IsRejectedAloneAndWhole()
    {
        var bad = $"canary,{Tags} good=1,bad=NaN 1795341600250000000";
        var decoding = Feed($"canary,{Tags} a=1 1795341600250000000\n{bad}\ncanary,{Tags} a=2 1795341600250000000\n");
        decoding.Measurements.Select(measurement => measurement.Value).ShouldBe([1, 2]);
        Encoding.UTF8.GetString(decoding.Rejects.ShouldHaveSingleItem().Bytes.Span).ShouldBe(bad);
    }

    [Fact]
    public void Decode_UnclosedQuote_DoesNotSwallowTheLinesBehindIt()
    {
        var decoding = Feed($"canary,{Tags} a=\"x 1\ncanary,{Tags} a=2 1795341600250000000");
        decoding.Rejects.Count.ShouldBe(1);
        decoding.Measurements.ShouldHaveSingleItem().Value.ShouldBe(2);
    }

    [Fact]
    public void Decode_NothingButOpenQuotes_IsNotSearchedToItsEndPerLine()
    {
        const int lines = 200_000;
        Feed(string.Concat(Enumerable.Repeat("\"a \"\n", lines)))
            .OnlyReason()
            .ShouldStartWith($"{lines} of {lines} elements refused");
    }

    [Fact]
    public void Decode_LineWithoutTimestamp_TakesTheRecords()
    {
        var record = DecoderHarness.Record($"canary,{Tags} a=1", contentType: "text/x-influx-line-protocol") with
        {
            TimestampMs = Time,
        };
        new DecoderHarness().Feed(record).Measurements.ShouldBe([new Measurement(0, Time, 1, 1)]);
    }

    [Fact]
    public void Decode_KnownSeries_AllocatesNothing()
    {
        var record = DecoderHarness.Record(
            $"cpu,{Tags},host=h1 usage=1.5,count=3i,value=2 1795341600250000000\n",
            contentType: "text/x-influx-line-protocol"
        );
        var decoding = new DecoderHarness();
        for (var i = 0; i < 200; i++)
            Round(decoding, record);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Round(decoding, record);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        decoding.Measurements.Count.ShouldBe(2);
    }

    private static void Round(DecoderHarness decoding, RawRecord record)
    {
        decoding.Measurements.Clear();
        decoding.Feed(record);
    }
}
