using System.Text;
using System.Text.Json.Nodes;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>A journal that an earlier program wrote says the same as one of today.</summary>
public class EarlierEventsTests
{
    [Fact]
    public void Fold_OfAnEarlierJournal_GivesTheSameStateAsItsTwinOfToday()
    {
        var given = Given.Requested().Acked();
        given.Bucket(1, Given.Pair("eu-1", Given.Anomalous, pSustained: 0.1));
        given.Bucket(1, Given.Pair("eu-1", ExplainedDecisionTests.Taught, pSustained: 0.9));
        given.Acked();
        var today = given.History.Select(e => (Name: EventCodec.NameOf(e), Payload: EventCodec.Encode(e))).ToList();

        var earlier = today.Select(e => Earlier(e.Name, e.Payload)).ToList();

        earlier.Select(e => e.Name).ShouldContain("rollout.anomaly-noted.v1");
        earlier.Select(e => e.Name).ShouldContain("rollout.rollback-decided.v1");
        StateOf(earlier).ShouldBe(StateOf(today));
    }

    /// <summary>As the last program wrote it that knew v1 alone: the share where it was taught, and no largest e-value.</summary>
    private static (string Name, byte[] Payload) Earlier(string name, byte[] payload)
    {
        if (!name.EndsWith(".v2", StringComparison.Ordinal))
            return (name, payload);
        var written = JsonNode.Parse(payload)!.AsObject();
        JsonNode?[] all = written["evidence"] is JsonArray many ? [.. many] : [written["evidence"]];
        foreach (var evidence in all.OfType<JsonObject>())
        {
            evidence.Remove("largest");
            var (share, threshold) = ((double)evidence["share"]!, (double)evidence["eThreshold"]!);
            if (Math.Abs((share * threshold) - 1) < 1e-4)
                evidence.Remove("share");
        }
        return (name.Replace(".v2", ".v1", StringComparison.Ordinal), Encoding.UTF8.GetBytes(written.ToJsonString()));
    }

    private static string StateOf(IEnumerable<(string Name, byte[] Payload)> journal) =>
        Encoding.UTF8.GetString(
            StateCodec.Encode(
                Evolution.Fold(RolloutState.Initial, journal.Select(e => EventCodec.Decode(e.Name, e.Payload)))
            )
        );
}
