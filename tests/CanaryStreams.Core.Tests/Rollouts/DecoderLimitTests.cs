using System.Text;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts.Wire;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>What is journalled has to go through Kafka again: nothing that comes in may grow beyond that.</summary>
public sealed class DecoderLimitTests
{
    private readonly UpdateDecoder _decoder = new(new Dictionary<string, Policy> { ["default"] = new() });

    [Fact]
    public void Request_OfMoreClustersOrVariantsThanAllowed_IsRefused()
    {
        ErrorOf(Request(clusters: 500, variants: 20)).ShouldBeNull();
        ErrorOf(Request(clusters: 501, variants: 20)).ShouldBe("'clusters' has 501 clusters; at most 500 are allowed");
        ErrorOf(Request(clusters: 500, variants: 21)).ShouldBe("'variants' has 21 variants; at most 20 are allowed");
    }

    [Theory]
    [InlineData("from")]
    [InlineData("policy")]
    public void Request_OfAnOptionalFieldTooLong_IsRefused(string field)
    {
        var json = Request(1, 0).Replace("\"app\"", $"\"{field}\":\"{new string('x', 201)}\",\"app\"");

        ErrorOf(json)!.ShouldContain($"'{field}' is 201 characters long");
    }

    [Fact]
    public void Request_OfAVariantTooLong_IsRefused() =>
        ErrorOf(Request(1, 1).Replace("variant-0", new string('x', 201)))!
            .ShouldContain("'variants' is 201 characters");

    [Fact]
    public void Update_LongerThanARecordMayBe_IsRefused() =>
        ErrorOf(Request(1, 0) + new string(' ', 1 << 20))!.ShouldEndWith("at most 1048576 are allowed");

    [Theory]
    [InlineData("}")]
    [InlineData("{}")]
    [InlineData(" x")]
    public void Ack_WithSomethingBehindIt_IsRefused(string behind)
    {
        var json = """{"time":1,"id":"r/1","status":"applied"}""";

        AckCodec.Decode(Encoding.UTF8.GetBytes(json + " \n"), out _).ShouldNotBeNull();
        AckCodec.Decode(Encoding.UTF8.GetBytes(json + behind), out var error).ShouldBeNull();
        error!.ShouldStartWith("not valid JSON");
    }

    [Fact]
    public void Ack_WithALongError_IsCutAfter2000CharactersAndNotWithinOne()
    {
        const string pair = "\U0001F525";

        ErrorTextOf(new string('x', 2000)).ShouldBe(new string('x', 2000));
        ErrorTextOf(new string('x', 900_000)).ShouldBe(new string('x', 2000) + "…");
        ErrorTextOf(new string('x', 1999) + pair).ShouldBe(new string('x', 1999) + "…");
    }

    private static string? ErrorTextOf(string text)
    {
        var json = $$"""{"time":1,"id":"r/1","status":"failed","error":"{{text}}"}""";
        return AckCodec.Decode(Encoding.UTF8.GetBytes(json), out _)!.Error;
    }

    private string? ErrorOf(string json)
    {
        _decoder.Decode(Encoding.UTF8.GetBytes(json), out var error);
        return error;
    }

    private static string Request(int clusters, int variants)
    {
        var names = string.Join(',', Enumerable.Range(0, clusters).Select(i => $$"""{"name":"cluster-{{i}}"}"""));
        var variant = string.Join(',', Enumerable.Range(0, variants).Select(i => $"\"variant-{i}\""));
        return $$"""{"time":1,"type":"rollout.requested","rollout":"r","app":"a","version":"2","variants":[{{variant}}],"clusters":[{{names}}]}""";
    }
}
