using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>What operators say.</summary>
public class OverrideTests
{
    [Fact]
    public void Pause_StopsGrowthButNotProtection()
    {
        var given = Given.Requested().Acked().HealthyMinutes(5);

        given.When(new PauseRollout(given.Now, "ann", "lunch"));
        given.Commands.Single().Command.ShouldBe(CommandKind.Hold);
        given.Acked().HealthyMinutes(20).State.Step!.Index.ShouldBe(0);
        given.When(new PauseRollout(given.Now, "ann", null)).Refusal.ShouldNotBeNull();

        given.Bucket(1, Given.Pair("eu-1", Given.Anomalous, 0.93)).State.Phase.ShouldBe(RolloutPhase.RollingBack);
    }

    [Fact]
    public void Resume_AfterAPause_BakesOnWhereItStood()
    {
        var given = Given.Requested().Acked().HealthyMinutes(5);
        given.When(new PauseRollout(given.Now, "ann", null)).Acked().HealthyMinutes(20);

        given.When(new ResumeRollout(given.Now, "ann", null));
        given.Commands.Single().Command.ShouldBe(CommandKind.Resume);

        given.Acked().HealthyMinutes(4).State.Step!.Index.ShouldBe(0);
        given.Healthy().State.Step!.Index.ShouldBe(1);
    }

    [Fact]
    public void Pause_BetweenTwoClusters_KeepsTheNextFromBeginning()
    {
        var given = Given.Requested();
        while (given.State.Step!.Phase != StepPhase.Promoting)
            given.Acked().Healthy();
        given.When(new PauseRollout(given.Now, "ann", null)).Then.Count.ShouldBe(1);

        given.Acked().Commands.ShouldBeEmpty();
        given.State.Clusters[0].Stage.ShouldBe(ClusterStage.Promoted);

        given.When(new ResumeRollout(given.Now, "ann", null)).Commands.Single().Cluster.ShouldBe("us-1");
    }

    [Fact]
    public void Override_OlderThanTheLast_IsARepeatedDelivery()
    {
        var given = Given.Requested().Acked();
        given.When(new PauseRollout(given.Now, "ann", null));
        given.When(new ResumeRollout(given.Now.AddMinutes(1), "ann", null));

        given.When(new PauseRollout(given.Now.AddMinutes(-1), "ann", null));

        given.Then.ShouldBeEmpty();
        given.Refusal.ShouldNotBeNull();
    }

    [Fact]
    public void Promote_ByAnOperator_PromotesAllThatRemains()
    {
        var given = Given.Requested().Acked();

        given.When(new PromoteRollout(given.Now, "ann", "hotfix"));

        given
            .Commands.Select(c => (c.Cluster, c.Command))
            .ShouldBe([("eu-1", CommandKind.Promote), ("us-1", CommandKind.Promote)]);
        given.When(new PromoteRollout(given.Now, "ann", "hotfix")).Then.ShouldBeEmpty();
        given.Acked().State.Outcome.ShouldBe(RolloutOutcome.Promoted);
    }

    [Fact]
    public void Cancel_TakesTheCanaryOutAndLeavesWhatIsPromoted()
    {
        var given = Given.Requested();
        while (given.CurrentCluster == "eu-1")
            given.Acked().Healthy();

        given.When(new CancelRollout(given.Now, "ann", null));

        given.Commands.ShouldHaveSingleItem().Cluster.ShouldBe("us-1");
        given.When(new CancelRollout(given.Now, "ann", null)).Then.ShouldBeEmpty();
        given.Acked().State.Outcome.ShouldBe(RolloutOutcome.Cancelled);
        given.State.Clusters[0].Stage.ShouldBe(ClusterStage.Promoted);
    }

    [Fact]
    public void Outcome_ReportedTwice_IsNotedOnceEvenAfterTheEnd()
    {
        var given = Given.Requested().Acked();
        given.When(new CancelRollout(given.Now, "ann", null)).Acked();
        var label = new ReportOutcome(given.Now, "eu-1", Verdict.Bad, "incident");

        given.When(label).Then.ShouldHaveSingleItem().ShouldBeOfType<OutcomeReported>();
        given.When(label).Then.ShouldBeEmpty();
        given.When(label with { Cluster = "mars" }).Refusal!.ShouldContain("mars");
    }

    [Fact]
    public void AnyCommand_ForARolloutNobodyAskedFor_IsRefused()
    {
        new Given().When(new CancelRollout(Given.Start, "ann", null)).Refusal.ShouldNotBeNull();
        new Given().When(new PassTime(Given.Start)).Then.ShouldBeEmpty();
    }

    [Fact]
    public void Cancel_OfARollbackNobodyAcknowledges_EndsItAndNamesTheClusters()
    {
        var given = Given.Requested(Given.Policy with { AckRetries = 1 }).Acked();
        given.Bucket(1, Given.Pair("eu-1", Given.Anomalous, 0.9));

        given.When(new CancelRollout(given.Now, "ann", null)).Refusal!.ShouldContain("may still answer");
        given.NextDeadline().NextDeadline();
        given.When(new PromoteRollout(given.Now, "ann", null)).Refusal!.ShouldContain("rolled back");
        given.When(new CancelRollout(given.Now, "ann", "the cluster is gone"));

        var ended = given.Then.ShouldHaveSingleItem().ShouldBeOfType<RolloutEnded>();
        ended.Outcome.ShouldBe(RolloutOutcome.RolledBack);
        ended.Unacknowledged.ShouldBe(["eu-1"]);
        EventSentence.Of(ended).ShouldBe("ended by ann: rolled back, without an answer from eu-1");
        given.State.IsActive.ShouldBeFalse();
        Deadlines.Next(given.State, given.Now).ShouldBeNull();
    }

    [Fact]
    public void Request_UnderAUsedId_IsRefusedUnlessItIsTheSame()
    {
        var given = Given.Requested();
        RequestRollout Again(string app, string version) =>
            new(Given.Start, Given.Request() with { App = app, Version = version }, Given.Policy);

        given.When(Again("checkout", "2.4.1")).Refusal.ShouldBeNull();
        given.When(Again("checkout", "2.4.2")).Refusal!.ShouldContain("another id");
        given.When(Again("search", "2.4.1")).Refusal!.ShouldContain("checkout 2.4.1");
        given.State.LastCommand.ShouldBe(1);
    }

    [Fact]
    public void Request_UnderTheIdOfARefusedOne_IsRefusedUnlessItIsTheSame()
    {
        var request = new RequestRollout(Given.Start, Given.Request(), Given.Policy, "other");
        var given = new Given().When(request);

        given.When(request).Refusal.ShouldBeNull();
        given
            .When(request with { Request = Given.Request() with { Version = "2.4.2" } })
            .Refusal!.ShouldContain("another id");
    }

    [Fact]
    public void Pause_WhenItsCommandIsRenewed_StillSaysHold()
    {
        var given = Given.Requested().Acked().HealthyMinutes(1);
        given.When(new PauseRollout(given.Now, "ann", null)).Acked();

        given.Pass(given.Now.AddMinutes(15));

        given.Commands.Single().Command.ShouldBe(CommandKind.Hold);
    }

    [Fact]
    public void Pause_WithVariantsSideBySide_HoldsEachAtItsOwnWeight()
    {
        var given = Given.Requested(variants: ["a", "b"]).Acked();

        given.When(new PauseRollout(given.Now, "ann", null));
        Said().ShouldBe(["Hold a 3", "Hold b 2"]);
        given.State.Pending.Length.ShouldBe(2);
        given.Acked().State.Clusters[0].WeightPct.ShouldBe(5);

        given.When(new ResumeRollout(given.Now, "ann", null));
        Said().ShouldBe(["Resume a 3", "Resume b 2"]);

        IEnumerable<string> Said() => given.Commands.Select(c => $"{c.Command} {c.Variant} {c.WeightPct}");
    }
}
