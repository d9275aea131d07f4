using CanaryStreams.Core.Rollouts;
using static CanaryStreams.Core.Tests.Rollouts.InPart;
using static CanaryStreams.Core.Tests.Rollouts.TwoTogether;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>A cluster that is out while others go on: agents, people, and what was waited for.</summary>
public class BlastAftermathTests
{
    [Fact]
    public void Rollback_OfOneCluster_IsSentUntilItIsAnsweredAndHoldsNobody()
    {
        var given = Harmed(Baking(InPart.Cluster with { AckRetries = 1 }), "ap-1");
        var id = given.Commands.Single().Id;
        var sent = 0;
        while (given.State.Clusters.Any(c => c.Withdrawn is null && c.Stage != ClusterStage.Promoted))
        {
            foreach (var cluster in given.State.Pending.Where(p => !p.IsWithdrawal).Select(p => p.Command.Cluster))
                Acked(given, cluster);
            given.Healthy();
            if (Deadlines.Next(given.State, given.Now) <= given.Now)
                sent += given.NextDeadline().Commands.Count(c => c.Id == id);
        }

        sent.ShouldBeGreaterThan(2);
        given.History.OfType<AgentUnresponsive>().ShouldHaveSingleItem().Cluster.ShouldBe("ap-1");
        given.History.OfType<RolloutHeld>().ShouldBeEmpty();
        given.State.IsActive.ShouldBeTrue();
        given.When(new TakeOver(given.Now, 2)).Commands.ShouldHaveSingleItem().Epoch.ShouldBe(2);
        given.Acked().State.Outcome.ShouldBe(RolloutOutcome.PartlyPromoted);
    }

    [Fact]
    public void Rollback_OfOneClusterThatNobodyAnswers_EndsUnconfirmedAfterADay()
    {
        var given = LeftWaiting();
        var since = Of(given, "ap-1").Withdrawn!.Since;
        while (given.State.IsActive)
            given.NextDeadline();

        var ended = given.Then.OfType<RolloutEnded>().ShouldHaveSingleItem();
        (ended.Time - since).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromHours(24));
        (ended.Time - since).ShouldBeLessThan(TimeSpan.FromHours(25));
        ended.Outcome.ShouldBe(RolloutOutcome.PartlyPromoted);
        ended.Unacknowledged.ShouldBe(["ap-1"]);
        ended.Unconfirmed!.ShouldContain("ap-1 (last known at 5 %; its agent doesn't answer)");
    }

    [Fact]
    public void Cancel_WhereOnlyAnAgentIsWaitedFor_StopsWaitingWhenItsRetriesAreUsedUp()
    {
        var given = LeftWaiting();

        given
            .When(new PauseRollout(given.Now, "ann", null))
            .Refusal.ShouldBe("all that is left is to take the version out of ap-1");
        given.When(new CancelRollout(given.Now, "ann", null)).Refusal!.ShouldContain("ap-1 may still answer");
        while (!given.State.Pending.All(p => p.Unresponsive))
            given.NextDeadline();
        given.When(new CancelRollout(given.Now, "ann", null));

        var ended = given.Then.OfType<RolloutEnded>().ShouldHaveSingleItem();
        (ended.Outcome, ended.By).ShouldBe((RolloutOutcome.PartlyPromoted, "ann"));
    }

    [Fact]
    public void Cancel_OfAPartlyWithdrawnRollout_TakesOutTheOtherCanariesAndWaitsForAllAgents()
    {
        var given = Harmed(Baking(InPart.Cluster), "ap-1");

        given.When(new CancelRollout(given.Now, "ann", null));

        Said(given).ShouldBe(["us-1 Rollback 0"]);
        Acked(given, "us-1").State.IsActive.ShouldBeTrue();
        Acked(given, "ap-1").State.Outcome.ShouldBe(RolloutOutcome.Cancelled);
        Of(given, "eu-1").Stage.ShouldBe(ClusterStage.Promoted);
    }

    [Fact]
    public void Promote_OfAPartlyWithdrawnRollout_LeavesOutWhatIsOut()
    {
        var given = Harmed(Baking(InPart.Cluster), "ap-1");

        given.When(new PromoteRollout(given.Now, "ann", null));

        Said(given).ShouldBe(["us-1 Promote 100", "eu-2 Promote 100"]);
        given.State.Pending.ShouldContain(p => p.IsWithdrawal && p.Command.Cluster == "ap-1");
        given.Acked().State.Outcome.ShouldBe(RolloutOutcome.PartlyPromoted);
        Of(given, "ap-1").Stage.ShouldBe(ClusterStage.RolledBack);
    }

    [Fact]
    public void Pause_StaysWhereAClusterFailsAndIsToldToWhatIsLeft()
    {
        var given = Baking(InPart.Cluster);
        given.When(new PauseRollout(given.Now, "ann", null));

        Harmed(given, "us-1", "ap-1");
        Said(given).ShouldBe(["us-1 Rollback 0", "ap-1 Rollback 0"]);
        given.State.IsHeld(HoldKind.Operator).ShouldBeTrue();

        given.When(new ResumeRollout(given.Now, "ann", null));
        Said(given).ShouldBe(["eu-2 SetCanary 5"]);
    }

    [Fact]
    public void Silence_OfOneClustersCanary_TakesItBackAndLiftsItsHold()
    {
        var given = Baking(InPart.Cluster).Healthy();
        while (!given.Then.OfType<ClustersRolledBack>().Any())
            Bucket(given, Given.Pair("us-1"), Silent("ap-1"));

        given.Then.OfType<ClustersRolledBack>().Single().Cause.ShouldBe(RollbackCause.SilentCanary);
        given.Then.OfType<RolloutResumed>().ShouldHaveSingleItem().Kind.ShouldBe(HoldKind.Telemetry);
        given.State.Holds.ShouldBeEmpty();
        given.State.Step!.RunningSince.ShouldBe(given.Now);
        UntilEnd(given).State.Outcome.ShouldBe(RolloutOutcome.PartlyPromoted);
    }

    [Fact]
    public void Silence_OfTwoCanaries_TakesBackOneAfterTheOther()
    {
        var given = Baking(InPart.Cluster);
        for (var minute = 0; minute < 100 && given.CurrentCluster != "eu-2"; minute++)
            Bucket(given, Silent("us-1"), Silent("ap-1"));

        given
            .History.OfType<ClustersRolledBack>()
            .SelectMany(e => e.Out)
            .Select(o => o.Cluster)
            .ShouldBe(["us-1", "ap-1"]);
        UntilEnd(given).State.Outcome.ShouldBe(RolloutOutcome.PartlyPromoted);
    }

    [Fact]
    public void Harm_InOne_LeavesTheSilenceOfTheOtherAsItIs()
    {
        var given = Baking(InPart.Cluster).Healthy();
        for (var minute = 0; minute < 5; minute++)
            Bucket(given, Given.Pair("us-1"), Silent("ap-1"));
        var hold = given.State.Holds.ShouldHaveSingleItem();

        Bucket(given, Given.Pair("us-1", Given.Anomalous, 0.9), Silent("ap-1"));
        Bucket(given, Silent("ap-1"));

        given.State.Holds.ShouldHaveSingleItem().SilentSince.ShouldBe(hold.SilentSince);
    }

    [Fact]
    public void Agent_ThatHeldTheWaveAndIsOut_HoldsItNoLonger()
    {
        var given = Acked(InSecondWave(InPart.Cluster with { AckRetries = 0 }), "us-1").NextDeadline();
        given.State.IsHeld(HoldKind.Agent).ShouldBeTrue();

        Harmed(given, "ap-1");

        given.State.Holds.ShouldBeEmpty();
        given.State.Step!.Phase.ShouldBe(StepPhase.Baking);
    }

    /// <summary>All that go on are promoted; the agent of ap-1 says nothing.</summary>
    private static Given LeftWaiting()
    {
        var given = Harmed(Baking(InPart.Cluster with { AckRetries = 100 }), "ap-1");
        while (given.State.Clusters.Any(c => c.Withdrawn is null && c.Stage != ClusterStage.Promoted))
        {
            foreach (var cluster in given.State.Pending.Where(p => !p.IsWithdrawal).Select(p => p.Command.Cluster))
                Acked(given, cluster);
            given.Healthy();
        }
        return given;
    }
}
