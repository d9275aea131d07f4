using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using static CanaryStreams.Core.Tests.Rollouts.TwoTogether;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>A cluster that fails alone: what is taken back with it, and how the rest goes on.</summary>
public class BlastTests
{
    private static readonly Policy s_cluster = Given.Policy with { Blast = BlastRule.Cluster };

    private static Given UntilEnd(Given given, params string[] silent)
    {
        for (var minute = 0; minute < 300 && given.State.IsActive; minute++)
            given.Acked().Healthy();
        return given;
    }

    private static Given Harmed(Given given, params string[] clusters) =>
        given.Bucket(1, [.. clusters.SelectMany(cluster => Given.Pair(cluster, Given.Anomalous, 0.9))]);

    private static ClusterState Cluster(Given given, string name) => given.State.Clusters.Single(c => c.Name == name);

    private static IEnumerable<string> Said(Given given) =>
        given.Commands.Select(c => $"{c.Cluster} {c.Command} {c.WeightPct}");

    [Fact]
    public void Harm_InOneClusterOfAWave_TakesItBackAndTheOthersGoOn()
    {
        var given = Baking(s_cluster);

        Bucket(given, Given.Pair("us-1"), Given.Pair("ap-1", Given.Anomalous, 0.9));

        var e = given.Then.OfType<ClustersRolledBack>().ShouldHaveSingleItem();
        e.Summary.ShouldStartWith("checkout 2.4.1 rolled back in ap-1: error_rate is 0.9 points above stable");
        e.Scope.ShouldBe("out: ap-1 (it failed); going on: eu-1, us-1 and eu-2 (the policy takes back ap-1 alone)");
        EventSentence.Of(e).ShouldBe($"{e.Summary}; {e.Scope}");
        Said(given).ShouldBe(["ap-1 Rollback 0"]);
        given.Commands.Single().Reason.FailureProbability.ShouldBe(0.9);
        given.State.Phase.ShouldBe(RolloutPhase.Running);
        given.CurrentClusters.ShouldBe(["us-1"]);

        UntilEnd(given);

        given.State.Outcome.ShouldBe(RolloutOutcome.PartlyPromoted);
        given
            .State.Clusters.Select(c => $"{c.Name} {c.Stage} {c.WeightPct}")
            .ShouldBe(["eu-1 Promoted 100", "ap-1 RolledBack 0", "us-1 Promoted 100", "eu-2 Promoted 100"]);
        EventSentence.Of(given.History[^1]).ShouldBe("ended: partly promoted");
        given.State.Rollback.ShouldBeNull();
    }

    [Fact]
    public void Harm_KeepsTheBakeOfTheOthersInTheWave()
    {
        var given = Baking(s_cluster).HealthyMinutes(8);

        Bucket(given, Given.Pair("us-1"), Given.Pair("ap-1", Given.Anomalous, 0.9));
        given.Healthy();

        given.Then.OfType<StepPassed>().ShouldHaveSingleItem().Clusters.ShouldBeNull();
        Said(given).ShouldBe(["us-1 SetCanary 25"]);
    }

    [Fact]
    public void Harm_InThatOfTheWaveWhichHasNotAnswered_LetsTheStepOfTheOthersBegin()
    {
        var given = Acked(InSecondWave(s_cluster), "us-1");

        Harmed(given, "ap-1");

        given.Then.OfType<StepStarted>().ShouldHaveSingleItem().Cluster.ShouldBe("us-1");
        Said(given).ShouldBe(["ap-1 Rollback 0"]);
    }

    [Fact]
    public void Harm_WhileOthersOfTheWaveHaveNotAnswered_WaitsForThem()
    {
        var given = Acked(InSecondWave(s_cluster), "ap-1");

        Harmed(given, "ap-1");
        given.State.Step!.Phase.ShouldBe(StepPhase.Moving);

        Acked(given, "us-1").Then.OfType<StepStarted>().ShouldHaveSingleItem().Cluster.ShouldBe("us-1");
    }

    [Fact]
    public void Harm_InTheWholeWave_LetsTheNextBegin()
    {
        var given = Baking(s_cluster);

        Harmed(given, "us-1", "ap-1");

        given.Then.OfType<ClustersRolledBack>().ShouldHaveSingleItem().Out.Count.ShouldBe(2);
        Said(given).ShouldBe(["us-1 Rollback 0", "ap-1 Rollback 0", "eu-2 SetCanary 5"]);
        UntilEnd(given).State.Outcome.ShouldBe(RolloutOutcome.PartlyPromoted);
    }

    [Fact]
    public void Harm_InTheFirstCluster_LetsTheNextBegin()
    {
        var given = Given.Requested(s_cluster).Acked();

        Harmed(given, "eu-1");

        Said(given).ShouldBe(["eu-1 Rollback 0", "us-1 SetCanary 5"]);
        UntilEnd(given).State.Clusters.Select(c => c.Stage).ShouldBe([ClusterStage.RolledBack, ClusterStage.Promoted]);
    }

    [Fact]
    public void Harm_InTheLastThatIsLeft_RollsBackTheRollout()
    {
        var given = Harmed(Given.Requested(s_cluster).Acked(), "eu-1").Acked();

        Harmed(given, "us-1");

        given.Then.OfType<RollbackDecided>().ShouldHaveSingleItem();
        Said(given).ShouldBe(["us-1 Rollback 0"]);
        given.Acked().State.Outcome.ShouldBe(RolloutOutcome.RolledBack);
        given.State.Clusters.ShouldAllBe(c => c.Stage == ClusterStage.RolledBack);
    }

    [Fact]
    public void Harm_InTheOnlyCluster_RollsBackAsEver()
    {
        var given = Harmed(Given.Requested(s_cluster, ["eu-1"]).Acked(), "eu-1");

        given.Then[0].ShouldBeOfType<RollbackDecided>().Summary.ShouldNotContain("everywhere");
    }

    [Fact]
    public void Harm_InASecondCluster_FollowsTheSameRuleAgain()
    {
        var given = Harmed(Baking(s_cluster), "ap-1").Acked();

        Harmed(given, "us-1");

        given.History.OfType<ClustersRolledBack>().Count().ShouldBe(2);
        Said(given).ShouldBe(["us-1 Rollback 0", "eu-2 SetCanary 5"]);
        UntilEnd(given);
        given
            .State.Clusters.Where(c => c.Stage == ClusterStage.Promoted)
            .Select(c => c.Name)
            .ShouldBe(["eu-1", "eu-2"]);
    }

    [Fact]
    public void Harm_OfAClusterThatIsOut_IsJudgedAlready()
    {
        var given = Harmed(Baking(s_cluster).Healthy(), "ap-1");

        given.Bucket(1, [.. Given.Pair("ap-1", Given.Anomalous, 0.99), .. Given.Pair("us-1")]);

        given.Then.ShouldBeEmpty();
    }

    [Fact]
    public void Harm_InAPromotedCluster_TakesItBackAndTheWaveGoesOn()
    {
        var given = Baking(s_cluster);

        Harmed(given, "eu-1");

        Said(given).ShouldBe(["eu-1 Rollback 0"]);
        given.CurrentClusters.ShouldBe(["us-1", "ap-1"]);
        UntilEnd(given).State.Outcome.ShouldBe(RolloutOutcome.PartlyPromoted);
        Cluster(given, "eu-1").Stage.ShouldBe(ClusterStage.RolledBack);
        Cluster(given, "eu-1").Withdrawn!.From.ShouldBe(ClusterStage.Promoted);
    }

    [Fact]
    public void Rollback_OfOneCluster_IsSentUntilItIsAnsweredAndHoldsNobody()
    {
        var given = Harmed(Baking(s_cluster with { AckRetries = 1 }), "ap-1");
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
        var since = Cluster(given, "ap-1").Withdrawn!.Since;
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
        var given = Harmed(Baking(s_cluster), "ap-1");

        given.When(new CancelRollout(given.Now, "ann", null));

        Said(given).ShouldBe(["us-1 Rollback 0"]);
        Acked(given, "us-1").State.IsActive.ShouldBeTrue();
        Acked(given, "ap-1").State.Outcome.ShouldBe(RolloutOutcome.Cancelled);
        Cluster(given, "eu-1").Stage.ShouldBe(ClusterStage.Promoted);
    }

    [Fact]
    public void Promote_OfAPartlyWithdrawnRollout_LeavesOutWhatIsOut()
    {
        var given = Harmed(Baking(s_cluster), "ap-1");

        given.When(new PromoteRollout(given.Now, "ann", null));

        Said(given).ShouldBe(["us-1 Promote 100", "eu-2 Promote 100"]);
        given.State.Pending.ShouldContain(p => p.IsWithdrawal && p.Command.Cluster == "ap-1");
        given.Acked().State.Outcome.ShouldBe(RolloutOutcome.PartlyPromoted);
        Cluster(given, "ap-1").Stage.ShouldBe(ClusterStage.RolledBack);
    }

    [Fact]
    public void Pause_StaysWhereAClusterFailsAndIsToldToWhatIsLeft()
    {
        var given = Baking(s_cluster);
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
        var given = Baking(s_cluster).Healthy();
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
        var given = Baking(s_cluster);
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
        var given = Baking(s_cluster).Healthy();
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
        var given = Acked(InSecondWave(s_cluster with { AckRetries = 0 }), "us-1").NextDeadline();
        given.State.IsHeld(HoldKind.Agent).ShouldBeTrue();

        Harmed(given, "ap-1");

        given.State.Holds.ShouldBeEmpty();
        given.State.Step!.Phase.ShouldBe(StepPhase.Baking);
    }

    [Fact]
    public void Anomaly_OfAClusterThatIsOut_StopsNobody()
    {
        var given = Baking(s_cluster);
        Bucket(given, Given.Pair("us-1"), Given.Pair("ap-1", Given.Anomalous, 0.1));
        given.State.Anomalies.ShouldNotBeEmpty();

        Harmed(given, "ap-1");

        given.State.Anomalies.ShouldBeEmpty();
    }

    [Fact]
    public void Inconclusive_WithRollback_TakesBackTheWaveAndSaysNothingOfOthers()
    {
        var policy = s_cluster with { Inconclusive = Inconclusive.Rollback, Blast = BlastRule.Similar };
        var given = Baking(policy);
        while (given.CurrentCluster == "us-1")
            Bucket(given, Given.Pair("us-1"), Given.Pair("ap-1", Given.Suspicious));

        var e = given.Then.OfType<ClustersRolledBack>().ShouldHaveSingleItem();
        e.Out.Select(o => (o.Cluster, o.Failed)).ShouldBe([("us-1", false), ("ap-1", false)]);
        Cluster(given, "us-1").HasSurvived.ShouldBeFalse();
        UntilEnd(given).State.Outcome.ShouldBe(RolloutOutcome.PartlyPromoted);
    }

    [Fact]
    public void Promotion_OfAWaveOfWhichOneFails_IsOverWhenTheOthersAre()
    {
        var given = Baking(s_cluster);
        while (given.State.Step!.Phase != StepPhase.Promoting)
            given.Acked().Healthy();
        Acked(given, "us-1");

        Harmed(given, "ap-1");

        Said(given).ShouldBe(["ap-1 Rollback 0", "eu-2 SetCanary 5"]);
    }

    /// <summary>All that go on are promoted; the agent of ap-1 says nothing.</summary>
    private static Given LeftWaiting()
    {
        var given = Harmed(Baking(s_cluster with { AckRetries = 100 }), "ap-1");
        while (given.State.Clusters.Any(c => c.Withdrawn is null && c.Stage != ClusterStage.Promoted))
        {
            foreach (var cluster in given.State.Pending.Where(p => !p.IsWithdrawal).Select(p => p.Command.Cluster))
                Acked(given, cluster);
            given.Healthy();
        }
        return given;
    }
}
