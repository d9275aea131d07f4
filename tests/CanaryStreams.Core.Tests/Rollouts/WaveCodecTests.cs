using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using static CanaryStreams.Core.Tests.Rollouts.TwoTogether;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>What is written where clusters go together, and isn't where they don't.</summary>
public class WaveCodecTests
{
    [Theory]
    [InlineData("rollout.planned.v1")]
    [InlineData("rollout.step-started.v1")]
    [InlineData("rollout.step-passed.v1")]
    [InlineData("rollout.held.v1")]
    public void Codec_OfWhatHappensInAWave_IsTheGoldenFileAndBack(string name)
    {
        var given = Baking();
        Bucket(given, Given.Pair("us-1"), Given.Pair("ap-1")).HealthyMinutes(10);
        Bucket(given.Acked(), Silent("us-1"), Given.Pair("ap-1")).Healthy();
        Bucket(given, Given.Pair("us-1"), Silent("ap-1"));
        var happened = given.History.Last(e => EventCodec.NameOf(e) == name);

        var json = EventCodec.Encode(happened);

        Golden.ShouldMatch($"wave.{name}.json", json);
        EventCodec.Encode(EventCodec.Decode(name, Golden.Read($"wave.{name}.json"))).ShouldBe(json);
    }

    [Theory]
    [InlineData(WaveRule.ByRisk, "\"waves\":\"by-risk\"")]
    [InlineData(WaveRule.OneByOne, null)]
    public void Codec_OfAPolicy_KeepsItsRuleAndThatItIsOfBeforeThereWasOne(WaveRule rule, string? expected)
    {
        var requested = new RolloutRequested(Given.Start, Given.Request(), Given.Policy with { Waves = rule });

        var json = EventCodec.Encode(requested);

        var text = System.Text.Encoding.UTF8.GetString(json);
        text.Contains("waves", StringComparison.Ordinal).ShouldBe(expected is not null);
        text.ShouldContain(expected ?? "");
        EventCodec.Decode("rollout.requested.v1", json).ShouldBeOfType<RolloutRequested>().Policy.Waves.ShouldBe(rule);
        var state = Evolution.Evolve(RolloutState.Initial, requested);
        StateCodec.Decode(StateCodec.Encode(state))!.Policy!.Waves.ShouldBe(rule);
    }
}
