using System.Text;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Tests.Planning.Impact;

public class ClusterOutcomeJsonTests
{
    private static readonly ClusterOutcome s_row = new()
    {
        Rollout = "shop-2.1.0",
        App = "shop",
        TimeMs = 1_767_600_000_000,
        Change = new ChangeProfile { Lines = 12, Schema = true },
        Cluster = Outcomes.Usual,
        Failed = true,
        Effects = new Dictionary<string, double> { ["latency"] = 0.5, ["errors"] = 3.25 },
        IsLabelled = true,
        Order = 2,
    };

    [Fact]
    public void Decode_WhatWasEncoded_IsTheSame()
    {
        var read = ClusterOutcomeJson.Decode(ClusterOutcomeJson.Encode(s_row).Span, out var error);

        error.ShouldBeNull();
        (read! with { Effects = s_row.Effects }).ShouldBe(s_row);
        read.Effects.OrderBy(one => one.Key).ShouldBe(s_row.Effects.OrderBy(one => one.Key));
    }

    [Fact]
    public void Decode_OnlyWhatIsNeeded_LeavesTheRestUnknown()
    {
        var read = Decode(
            """{"time":1767600000000,"rollout":"r","app":"a","failed":false,"cluster":{"name":"eu-1"}}""",
            out _
        );

        read.ShouldNotBeNull();
        read.Change.IsUnknown.ShouldBeTrue();
        read.Cluster.ShouldBe(new ClusterProfile { Name = "eu-1" });
        (read.Effects.Count, read.IsLabelled, read.Order).ShouldBe((0, false, 0));
    }

    [Theory]
    [InlineData("""{"rollout":"r","app":"a","failed":false,"cluster":{"name":"x"}}""", "'time' is missing")]
    [InlineData("""{"time":1,"app":"a","failed":false,"cluster":{"name":"x"}}""", "'rollout' is missing")]
    [InlineData("""{"time":1,"rollout":"r","failed":false,"cluster":{"name":"x"}}""", "'app' is missing")]
    [InlineData("""{"time":1,"rollout":"r","app":"a","cluster":{"name":"x"}}""", "'failed'")]
    [InlineData("""{"time":1,"rollout":"r","app":"a","failed":"no","cluster":{"name":"x"}}""", "'failed'")]
    [InlineData("""{"time":1,"rollout":"r","app":"a","failed":true}""", "'cluster' is missing")]
    [InlineData("""{"time":1,"rollout":"r","app":"a","failed":true,"cluster":{}}""", "name' is missing")]
    [InlineData("""{"time":1,"rollout":"r","app":"a","failed":true,"cluster":{"name":"x","loadPct":170}}""", "loadPct")]
    [InlineData("""{"time":1,"rollout":"r","app":"a","failed":true,"cluster":{"name":"x"},"order":-1}""", "'order'")]
    [InlineData("""{"time":1,"rollout":"r","app":"a","failed":true,"cluster":{"name":"x"},"effects":3}""", "effects")]
    [InlineData("[]", "expected a JSON object")]
    [InlineData("{", "not valid JSON")]
    public void Decode_WithAMistake_NamesIt(string json, string says)
    {
        Decode(json, out var error).ShouldBeNull();

        error.ShouldNotBeNull().ShouldContain(says);
    }

    private static ClusterOutcome? Decode(string json, out string? error) =>
        ClusterOutcomeJson.Decode(Encoding.UTF8.GetBytes(json), out error);
}
