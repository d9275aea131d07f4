using System.Text;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>A version is being taken out and agents never answer: it isn't sent for ever.</summary>
public class UnconfirmedTests
{
    private const string GoldenFile = "unconfirmed.rollout.ended.v1.json";

    [Fact]
    public void Rollback_NobodyAnswersForADay_EndsUnconfirmedAndNamesClustersAndWeights()
    {
        var given = RolledBack();
        var decided = given.Now;

        UntilItEnds(given);

        given.Now.ShouldBe(decided.AddHours(24));
        var ended = given.Then.ShouldHaveSingleItem().ShouldBeOfType<RolloutEnded>();
        (ended.Outcome, ended.By).ShouldBe((RolloutOutcome.RolledBack, null));
        ended.Unacknowledged.ShouldBe(["eu-1"]);
        given.State.Unconfirmed.ShouldBe(ended.Unconfirmed);
        EventSentence
            .Of(ended)
            .ShouldBe(
                "ended: rolled back, unconfirmed: after 24 hours it isn't known to be out of eu-1 (last known at 5 %; its agent "
                    + "doesn't answer), and nothing more is sent. See whether checkout 2.4.1 still runs there and take it out "
                    + $"by hand; then see to the agent (rollout {given.State.Request!.Rollout})"
            );
        given.State.Clusters[0].WeightPct.ShouldBe(5);
        given.History.OfType<AgentUnresponsive>().ShouldHaveSingleItem();
        given.History.OfType<CommandResent>().Count().ShouldBeLessThan(60);
    }

    [Fact]
    public void Rollback_TheAgentSaysEachTimeThatItFails_TheEndSaysWhatItSaid()
    {
        var given = RolledBack();
        var command = given.Commands.Single();
        given.When(new ReceiveAck(given.Now, Given.Ack(command, AckStatus.Failed)));

        UntilItEnds(given);

        given
            .State.Unconfirmed.ShouldNotBeNull()
            .ShouldContain("eu-1 (last known at 5 %; its agent says: no such pool)");
    }

    [Fact]
    public void Unconfirmed_OnceEnded_NothingMoreIsSentAndALateAnswerChangesNothing()
    {
        var given = RolledBack();
        var command = given.Commands.Single();
        UntilItEnds(given);

        Deadlines.Next(given.State, given.Now).ShouldBeNull();
        given.When(new ReceiveAck(given.Now.AddHours(1), Given.Ack(command))).Then.ShouldBeEmpty();
        given.Refusal.ShouldBeNull();
    }

    [Fact]
    public void Cancel_ByAClockThatIsDaysBehind_IsWaitedForAsLong()
    {
        var given = Given.Requested().Acked().HealthyMinutes(3);
        var commanded = given.State.Clusters[0].IssuedAt!.Value;

        given.When(new CancelRollout(given.Now.AddDays(-3), "ann", null));
        UntilItEnds(given);

        given.Now.ShouldBeGreaterThanOrEqualTo(commanded.AddHours(24));
        given.State.Outcome.ShouldBe(RolloutOutcome.Cancelled);
        given.State.Unconfirmed.ShouldNotBeNull();
    }

    [Fact]
    public void TakeOver_AfterADayOfAbsence_SendsItsRetriesBeforeItGivesUp()
    {
        var given = RolledBack();
        var back = given.Now.AddDays(2);
        given.When(new TakeOver(back, given.State.Epoch + 1));

        UntilItEnds(given);

        var sentAfter = given.History.OfType<CommandResent>().Where(e => e.Time >= back).ToList();
        sentAfter.Count.ShouldBe(Given.Policy.AckRetries + 1);
        given.Now.ShouldBe(sentAfter[^1].Time + Given.Policy.AckTimeout);
    }

    [Fact]
    public void Answer_OfOneAgentAfterHours_LeavesOnlyTheOtherUnconfirmed()
    {
        var given = Given.Requested();
        while (given.CurrentCluster == "eu-1")
            given.Acked().Healthy();
        given.Bucket(1, Given.Pair("us-1", Given.Anomalous, 0.9));
        var first = given.Commands.First(command => command.Cluster == "eu-1");
        for (var i = 0; i < 20; i++)
            given.NextDeadline();

        given.When(new ReceiveAck(given.Now, Given.Ack(first)));
        UntilItEnds(given);

        given.Then.OfType<RolloutEnded>().Single().Unacknowledged.ShouldBe(["us-1"]);
        given.State.Clusters[0].Stage.ShouldBe(ClusterStage.RolledBack);
    }

    [Fact]
    public void Encode_OfAnUnconfirmedEnd_IsTheGoldenFileAndBack()
    {
        var given = RolledBack();
        UntilItEnds(given);

        var encoded = EventCodec.Encode(given.Then.Single());

        Golden.ShouldMatch(GoldenFile, encoded);
        var decoded = EventCodec.Decode("rollout.ended.v1", Golden.Read(GoldenFile));
        Encoding.UTF8.GetString(EventCodec.Encode(decoded)).ShouldBe(Encoding.UTF8.GetString(encoded));
    }

    private static Given RolledBack() => Given.Requested().Acked().Bucket(1, Given.Pair("eu-1", Given.Anomalous, 0.9));

    private static void UntilItEnds(Given given)
    {
        for (var i = 0; i < 500 && given.State.IsActive; i++)
            given.NextDeadline();
        given.State.IsActive.ShouldBeFalse();
    }
}
