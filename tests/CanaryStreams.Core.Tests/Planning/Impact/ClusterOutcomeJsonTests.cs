using System.Text;
using CanaryStreams.Core.Planning.Impact;

namespace CanaryStreams.Core.Tests.Planning.Impact;

public class ClusterOutcomeJsonTests
{
    private const string Row = """
        {"time":1764000000000,"rollout":"r","app":"checkout","failed":true,"labelled":true,"order":2,"change":{"files":3},"cluster":{"name":"eu-1","kernel":"5.15","memoryGb":8},"effects":{"error_rate":2.5}}
        """;

    [Fact]
    public void Row_OfTheWorld_IsReadAsItWasWritten()
    {
        foreach (var row in new ImpactWorld(1).Rollouts(10).SelectMany(rollout => rollout.Rows()))
        {
            var read = ClusterOutcomeJson.Decode(ClusterOutcomeJson.Encode(row).Span, out var error)!;

            error.ShouldBeNull();
            read.Effects.ShouldBe(row.Effects);
            (read with { Effects = row.Effects }).ShouldBe(row);
        }
    }

    [Fact]
    public void Row_WithALabel_IsRead()
    {
        var row = ClusterOutcomeJson.Decode(Encoding.UTF8.GetBytes(Row), out _)!;

        row.IsLabelled.ShouldBeTrue();
        row.Order.ShouldBe(2);
        row.Cluster.MemoryGb.ShouldBe(8);
        row.Effects["error_rate"].ShouldBe(2.5);
    }

    [Theory]
    [InlineData("\"failed\":true,", "", "'failed' is missing")]
    [InlineData("\"failed\":true", "\"failed\":1", "'failed' must be true or false")]
    [InlineData("\"cluster\":{", "\"clusters\":{", "'cluster' is missing")]
    [InlineData("\"name\":\"eu-1\",", "", "'cluster.name' is missing")]
    [InlineData("\"memoryGb\":8", "\"memoryGb\":-8", "'cluster.memoryGb' must be a number above zero")]
    [InlineData("2.5", "null", "'effects.error_rate' must be a number")]
    [InlineData("{\"error_rate\":2.5}", "7", "'effects' must be an object")]
    public void Row_ThatIsWrong_SaysWhatAndWhere(string good, string bad, string expected)
    {
        var json = Row.Replace(good, bad);
        json.ShouldNotBe(Row);

        ClusterOutcomeJson.Decode(Encoding.UTF8.GetBytes(json), out var error).ShouldBeNull();

        error!.ShouldContain(expected);
    }
}
