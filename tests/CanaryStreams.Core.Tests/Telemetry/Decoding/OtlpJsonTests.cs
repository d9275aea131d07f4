using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Tests.Telemetry.Decoding;

public class OtlpJsonTests
{
    private const long Time = 1795341600250;
    private const string Point = "\"timeUnixNano\":\"1795341600250000000\"";

    public static string Gauge { get; } = Request(GaugeOf("cpu_pct", PointOf("\"asDouble\":31.5")));

    private static string PointOf(string members) => "{" + Point + "," + members + "}";

    private static string GaugeOf(string name, params string[] points) =>
        $$"""{"name":"{{name}}","gauge":{"dataPoints":[{{string.Join(',', points)}}] } }""";

    private static string Request(string metrics, string? attributes = null) =>
        $$"""
            {"resourceMetrics":[{"resource":{"attributes":[{{attributes
                ?? Attribute("service.name", "checkout")
                    + ","
                    + Attribute("service.version", "2.4.1")
                    + ","
                    + Attribute("deployment.environment.name", "prod")
                    + ","
                    + Attribute("k8s.cluster.name", "eu-1")
                    + ","
                    + Attribute("canary.track", "canary")}}]},
            "scopeMetrics":[{"scope":{"name":"x"},"metrics":[{{metrics}}]}]}]}
            """;

    private static string Attribute(string key, string value) =>
        $$$"""{"key":"{{{key}}}","value":{"stringValue":"{{{value}}}"}}""";

    [Fact]
    public void Decode_Gauge_GivesItsValue()
    {
        var decoding = new DecoderHarness().Feed(Gauge, contentType: "application/json");
        decoding.Rejects.ShouldBeEmpty();
        decoding.Measurements.ShouldBe([new Measurement(0, Time, 31.5, 1)]);
        decoding.Series[0].ShouldBe(new SeriesKey("checkout", "eu-1", "2.4.1", Track.Canary, null, "cpu_pct"));
    }

    [Theory]
    [InlineData("\"sum\":{\"aggregationTemporality\":1,\"dataPoints\":[{POINT,\"asInt\":\"7\"}]}", 7, 1)]
    [InlineData(
        "\"sum\":{\"aggregationTemporality\":\"AGGREGATION_TEMPORALITY_DELTA\",\"dataPoints\":[{POINT,\"asInt\":7}]}",
        7,
        1
    )]
    [InlineData(
        "\"histogram\":{\"aggregationTemporality\":1,\"dataPoints\":[{POINT,\"count\":\"4\",\"sum\":10}]}",
        2.5,
        4
    )]
    [InlineData(
        "\"exponentialHistogram\":{\"aggregationTemporality\":1,\"dataPoints\":[{POINT,\"count\":4,\"sum\":10}]}",
        2.5,
        4
    )]
    public void Decode_DeltaSumsAndHistograms_GiveValueAndCount(string data, double value, double count) =>
        new DecoderHarness()
            .Feed(Request("{\"name\":\"m\"," + data.Replace("POINT", Point) + "}"))
            .Measurements.ShouldBe([new Measurement(0, Time, value, count)]);

    [Theory]
    [InlineData(
        "\"sum\":{\"aggregationTemporality\":2,\"dataPoints\":[{POINT,\"asInt\":\"7\"}]}",
        "it is cumulative; export it with delta"
    )]
    [InlineData("\"sum\":{\"dataPoints\":[{POINT,\"asInt\":\"7\"}]}", "it is cumulative; export it with delta")]
    [InlineData(
        "\"histogram\":{\"aggregationTemporality\":\"AGGREGATION_TEMPORALITY_CUMULATIVE\",\"dataPoints\":[{POINT,\"count\":4,\"sum\":10}]}",
        "it is cumulative"
    )]
    [InlineData(
        "\"histogram\":{\"aggregationTemporality\":1,\"dataPoints\":[{POINT,\"count\":4}]}",
        "the data point has no value (of a histogram: no sum)"
    )]
    [InlineData(
        "\"summary\":{\"dataPoints\":[{POINT,\"count\":4,\"sum\":2}]}",
        "a summary counts since the process started"
    )]
    [InlineData(
        "\"gauge\":{\"dataPoints\":[{POINT,\"asDouble\":\"NaN\"}]}",
        "value is NaN; it must be a finite number"
    )]
    [InlineData("\"gauge\":{\"dataPoints\":[{POINT}]}", "the data point has no value")]
    [InlineData("\"gauge\":{\"dataPoints\":[{\"asDouble\":1}]}", "time is 1970-01-01")]
    public void Decode_WhatCannotBeUsed_SaysWhy(string data, string reason) =>
        new DecoderHarness()
            .Feed(Request("{\"name\":\"m\"," + data.Replace("POINT", Point) + "}"))
            .OnlyReason()
            .ShouldStartWith($"1 of 1 elements refused; the first: metric \"m\": {reason}");

    [Fact]
    public void Decode_PointsThatSayNothing_AreNeitherCountedNorRejected()
    {
        var empty =
            "{\"name\":\"h\",\"histogram\":{\"aggregationTemporality\":1,\"dataPoints\":["
            + PointOf("\"count\":0,\"sum\":0")
            + "]}}";
        var gap = GaugeOf("g", PointOf("\"flags\":1"));
        var decoding = new DecoderHarness().Feed(Request(empty + "," + gap));
        decoding.Measurements.ShouldBeEmpty();
        decoding.Rejects.ShouldBeEmpty();
    }

    [Fact]
    public void Decode_NoPoints_IsRejected() =>
        new DecoderHarness().Feed("{\"resourceMetrics\":7}").OnlyReason().ShouldContain("hold no data point");

    [Fact]
    public void Decode_AttributesOfThePoint_GoBeforeTheResources()
    {
        var attributes =
            Attribute("canary.track", "stable")
            + ","
            + Attribute("canary.variant", "b")
            + ","
            + Attribute("http.route", "/");
        var metric = GaugeOf(
            "m",
            PointOf("\"asDouble\":1,\"attributes\":[" + attributes + "]"),
            PointOf("\"asDouble\":2")
        );
        var decoding = new DecoderHarness().Feed(Request(metric));
        decoding.Measurements.Count.ShouldBe(2);
        decoding.Series[0].Track.ShouldBe(Track.Stable);
        decoding.Series[1].Track.ShouldBe(Track.Canary);
    }

    [Theory]
    [InlineData("service.name", "attribute service.name (the app) is missing")]
    [InlineData("service.version", "attribute service.version is missing")]
    [InlineData(
        "k8s.cluster.name",
        "attributes k8s.cluster.name and deployment.environment.name (the cluster) are missing"
    )]
    [InlineData("canary.track", "attribute canary.track is missing")]
    public void Decode_MissingAttribute_IsNamed(string missing, string reason)
    {
        string[] names = ["service.name", "service.version", "k8s.cluster.name", "canary.track"];
        var attributes = names
            .Where(name => name != missing)
            .Select(name => Attribute(name, name == "canary.track" ? "canary" : "checkout"));
        var metric = GaugeOf("m", PointOf("\"asDouble\":1"));
        new DecoderHarness().Feed(Request(metric, string.Join(',', attributes))).OnlyReason().ShouldEndWith(reason);
    }

    [Fact]
    public void Decode_SomePointsBad_KeepsTheOthersAndRejectsOnce()
    {
        var points = Enumerable.Range(0, 10).Select(i => PointOf(i < 3 ? "\"asDouble\":\"NaN\"" : "\"asDouble\":1"));
        var decoding = new DecoderHarness().Feed(Request(GaugeOf("m", [.. points])));
        decoding.Measurements.Count.ShouldBe(7);
        decoding.Rejects.ShouldHaveSingleItem().Reason.ShouldStartWith("3 of 10 elements refused");
    }
}
