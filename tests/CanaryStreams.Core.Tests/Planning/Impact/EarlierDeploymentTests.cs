using System.Text;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Tests.Planning.Impact;

public sealed class EarlierDeploymentTests
{
    [Fact]
    public void Decode_AWholeDeployment_IsALabelledOutcomeWithEffectsInMinEffects()
    {
        var outcome = Decode(
            """
            {"time":"2026-01-02T03:04:05Z","rollout":"shop-7","app":"shop","outcome":"bad","order":2,
             "change":{"files":3,"lines":40,"dependencies":1,"schema":true},
             "cluster":{"name":"eu-1","kernel":"4.19.0","memoryGb":8,"loadPct":70,"instances":4},
             "metrics":{"error_rate":{"before":0.002,"after":0.006},"latency_ms":{"before":100,"after":80},"conversion":{"before":0.03,"after":0.02}}}
            """
        );

        outcome.Rollout.ShouldBe("shop-7");
        outcome.App.ShouldBe("shop");
        outcome.TimeMs.ShouldBe(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).ToUnixTimeMilliseconds());
        outcome.Failed.ShouldBeTrue();
        outcome.IsLabelled.ShouldBeTrue();
        outcome.Order.ShouldBe(2);
        outcome.Change.ShouldBe(
            new ChangeProfile
            {
                Files = 3,
                Lines = 40,
                Dependencies = 1,
                Schema = true,
            }
        );
        outcome.Cluster.Kernel.ShouldBe("4.19.0");
        // Half a per cent more is twice 0.002; a fifth less is four times 5 %; a point less of what should be high is five times 0.002.
        outcome.Effects["error_rate"].ShouldBe(2, 1e-9);
        outcome.Effects["latency_ms"].ShouldBe(-4, 1e-9);
        outcome.Effects["conversion"].ShouldBe(5, 1e-9);
    }

    [Fact]
    public void Decode_Mistakes_SaysAllOfThem()
    {
        Errors(
                """{"time":"soon","app":"","outcome":"fine","change":{"lines":"many"},"cluster":{"loadPct":170},"metrics":{"errors":{"before":1,"after":2},"latency_ms":{"before":0,"after":1},"cpu_pct":{"after":"x"}}}"""
            )
            .ShouldBe([
                "field 'time' must be an RFC 3339 time or epoch milliseconds, got \"soon\"",
                "field 'rollout' is missing",
                "field 'app' must be a non-empty string, got \"\"",
                "field 'outcome' must be 'good' or 'bad', got 'fine'",
                "field 'change.lines' must be a number from 0 to 2147483647, got \"many\"",
                "field 'cluster.name' is missing",
                "metric 'errors' isn't in policy 'default', which has error_rate, latency_ms, cpu_pct, conversion",
                "field 'metrics.latency_ms.before' must be above zero, since its minEffect is relative to it",
                "field 'metrics.cpu_pct.before' is missing",
                "field 'metrics.cpu_pct.after' must be a number, got \"x\"",
            ]);
    }

    [Theory]
    [InlineData(
        "\"time\":1767322800",
        "field 'time' is 1970-01-21T10:55:22.8000000+00:00: a number counts milliseconds"
    )]
    [InlineData("\"time\":20260102", "field 'time' is 1970-01-01T05:37:40.1020000+00:00: a number counts milliseconds")]
    [InlineData(
        "\"time\":1767322800000,\"metrics\":{\"latency_ms\":{\"before\":1e-308,\"after\":10}}",
        "metric 'latency_ms' has no finite"
    )]
    [InlineData(
        "\"time\":1767322800000,\"metrics\":{\"latency_ms\":3}",
        "field 'metrics.latency_ms' must be an object, got 3"
    )]
    public void Decode_WhatCannotBeMeant_SaysSo(string fields, string error) =>
        Errors($$"""{"rollout":"r","app":"a","outcome":"good","cluster":{"name":"c"},{{fields}}}""")
            .ShouldHaveSingleItem()
            .ShouldStartWith(error);

    [Theory]
    [InlineData("[1]", "expected a JSON object, got [1]")]
    [InlineData("{", "not valid JSON")]
    public void Decode_NoObject_SaysSo(string json, string error) => Errors(json).Single().ShouldStartWith(error);

    private static ClusterOutcome Decode(string json)
    {
        var outcome = EarlierDeployment.Decode(Encoding.UTF8.GetBytes(json), new Policy(), out var errors);
        errors.ShouldBeEmpty();
        return outcome.ShouldNotBeNull();
    }

    private static IReadOnlyList<string> Errors(string json)
    {
        EarlierDeployment.Decode(Encoding.UTF8.GetBytes(json), new Policy(), out var errors).ShouldBeNull();
        return errors;
    }
}
