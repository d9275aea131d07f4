using System.Text;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>What is written of a rollout of which a part is taken back, and isn't of any other.</summary>
public class BlastCodecTests
{
    [Theory]
    [InlineData(BlastRule.All, null)]
    [InlineData(BlastRule.Cluster, "\"blast\":\"cluster\"")]
    [InlineData(BlastRule.Similar, "\"blast\":\"similar\"")]
    public void Codec_OfAPolicy_KeepsItsRuleAndWritesNoneWhereAllStop(BlastRule rule, string? expected)
    {
        var requested = new RolloutRequested(Given.Start, Given.Request(), Given.Policy with { Blast = rule });

        var text = Encoding.UTF8.GetString(EventCodec.Encode(requested));

        text.Contains("blast", StringComparison.Ordinal).ShouldBe(expected is not null);
        text.ShouldContain(expected ?? "");
        EventCodec
            .Decode("rollout.requested.v1", Encoding.UTF8.GetBytes(text))
            .ShouldBeOfType<RolloutRequested>()
            .Policy.Blast.ShouldBe(rule);
    }

    [Fact]
    public void Codec_OfTheEnd_SaysPartlyPromoted()
    {
        var json = EventCodec.Encode(new RolloutEnded(Given.Start, RolloutOutcome.PartlyPromoted));

        Encoding
            .UTF8.GetString(json)
            .ShouldBe("{\"time\":\"2026-11-22T10:00:00.000Z\",\"outcome\":\"partlyPromoted\"}");
        EventCodec
            .Decode("rollout.ended.v1", json)
            .ShouldBe(new RolloutEnded(Given.Start, RolloutOutcome.PartlyPromoted));
    }

    [Fact]
    public void Codec_OfWhatIsDecidedByTraits_HasNoModelAndNoRiskAfter()
    {
        var given = Given.Requested(Given.Policy with { Blast = BlastRule.Cluster }).Acked();
        given.Bucket(1, Given.Pair("eu-1", Given.Anomalous, 0.9));

        var text = Encoding.UTF8.GetString(EventCodec.Encode(given.Then.OfType<ClustersRolledBack>().Single()));

        text.ShouldNotContain("\"after\"");
        text.ShouldNotContain("\"model\"");
    }

    [Fact]
    public void Snapshot_OfAPartlyWithdrawnRollout_IsTheSameState()
    {
        var given = Given.Requested(Given.Policy with { Blast = BlastRule.Cluster }).Acked();
        given.Bucket(1, Given.Pair("eu-1", Given.Anomalous, 0.9));

        var read = StateCodec.Decode(StateCodec.Encode(given.State))!;

        read.Clusters.ShouldBe(given.State.Clusters);
        read.Clusters[0].Withdrawn.ShouldNotBeNull();
    }
}
