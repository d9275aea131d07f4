using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using static CanaryStreams.Core.Tests.Rollouts.InPart;
using static CanaryStreams.Core.Tests.Rollouts.TwoTogether;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>A cluster that fails alone: what is taken back with it, and how the rest goes on.</summary>
public class BlastTests
{
    [Fact]
    public void Harm_InOneClusterOfAWave_TakesItBackAndTheOthersGoOn()
    {
        var given = Baking(InPart.Cluster);

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
        var given = Baking(InPart.Cluster).HealthyMinutes(8);

        Bucket(given, Given.Pair("us-1"), Given.Pair("ap-1", Given.Anomalous, 0.9));
        given.Healthy();

        given.Then.OfType<StepPassed>().ShouldHaveSingleItem().Clusters.ShouldBeNull();
        Said(given).ShouldBe(["us-1 SetCanary 25"]);
    }

    [Fact]
    public void Harm_InThatOfTheWaveWhichHasNotAnswered_LetsTheStepOfTheOthersBegin()
    {
        var given = Acked(InSecondWave(InPart.Cluster), "us-1");

        Harmed(given, "ap-1");

        given.Then.OfType<StepStarted>().ShouldHaveSingleItem().Cluster.ShouldBe("us-1");
        Said(given).ShouldBe(["ap-1 Rollback 0"]);
    }

    [Fact]
    public void Harm_WhileOthersOfTheWaveHaveNotAnswered_WaitsForThem()
    {
        var given = Acked(InSecondWave(InPart.Cluster), "ap-1");

        Harmed(given, "ap-1");
        given.State.Step!.Phase.ShouldBe(StepPhase.Moving);

        Acked(given, "us-1").Then.OfType<StepStarted>().ShouldHaveSingleItem().Cluster.ShouldBe("us-1");
    }

    [Fact]
    public void Harm_InTheWholeWave_LetsTheNextBegin()
    {
        var given = Baking(InPart.Cluster);

        Harmed(given, "us-1", "ap-1");

        given.Then.OfType<ClustersRolledBack>().ShouldHaveSingleItem().Out.Count.ShouldBe(2);
        Said(given).ShouldBe(["us-1 Rollback 0", "ap-1 Rollback 0", "eu-2 SetCanary 5"]);
        UntilEnd(given).State.Outcome.ShouldBe(RolloutOutcome.PartlyPromoted);
    }

    [Fact]
    public void Harm_InTheFirstCluster_LetsTheNextBegin()
    {
        var given = Given.Requested(InPart.Cluster).Acked();

        Harmed(given, "eu-1");

        Said(given).ShouldBe(["eu-1 Rollback 0", "us-1 SetCanary 5"]);
        UntilEnd(given).State.Clusters.Select(c => c.Stage).ShouldBe([ClusterStage.RolledBack, ClusterStage.Promoted]);
    }

    [Fact]
    public void Harm_InTheLastThatIsLeft_RollsBackTheRollout()
    {
        var given = Harmed(Given.Requested(InPart.Cluster).Acked(), "eu-1").Acked();

        Harmed(given, "us-1");

        given.Then.OfType<RollbackDecided>().ShouldHaveSingleItem();
        Said(given).ShouldBe(["us-1 Rollback 0"]);
        given.Acked().State.Outcome.ShouldBe(RolloutOutcome.RolledBack);
        given.State.Clusters.ShouldAllBe(c => c.Stage == ClusterStage.RolledBack);
    }

    [Fact]
    public void Harm_InTheOnlyCluster_RollsBackAsEver()
    {
        var given = Harmed(Given.Requested(InPart.Cluster, ["eu-1"]).Acked(), "eu-1");

        given.Then[0].ShouldBeOfType<RollbackDecided>().Summary.ShouldNotContain("everywhere");
    }

    [Fact]
    public void Harm_InASecondCluster_FollowsTheSameRuleAgain()
    {
        var given = Harmed(Baking(InPart.Cluster), "ap-1").Acked();

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
        var given = Harmed(Baking(InPart.Cluster).Healthy(), "ap-1");

        given.Bucket(1, [.. Given.Pair("ap-1", Given.Anomalous, 0.99), .. Given.Pair("us-1")]);

        given.Then.ShouldBeEmpty();
    }

    [Fact]
    public void Harm_InAPromotedCluster_TakesItBackAndTheWaveGoesOn()
    {
        var given = Baking(InPart.Cluster);

        Harmed(given, "eu-1");

        Said(given).ShouldBe(["eu-1 Rollback 0"]);
        given.CurrentClusters.ShouldBe(["us-1", "ap-1"]);
        UntilEnd(given).State.Outcome.ShouldBe(RolloutOutcome.PartlyPromoted);
        Of(given, "eu-1").Stage.ShouldBe(ClusterStage.RolledBack);
        Of(given, "eu-1").Withdrawn!.From.ShouldBe(ClusterStage.Promoted);
    }

    [Fact]
    public void Anomaly_OfAClusterThatIsOut_StopsNobody()
    {
        var given = Baking(InPart.Cluster);
        Bucket(given, Given.Pair("us-1"), Given.Pair("ap-1", Given.Anomalous, 0.1));
        given.State.Anomalies.ShouldNotBeEmpty();

        Harmed(given, "ap-1");

        given.State.Anomalies.ShouldBeEmpty();
    }

    [Fact]
    public void Inconclusive_WithRollback_TakesBackTheWaveAndSaysNothingOfOthers()
    {
        var policy = InPart.Cluster with { Inconclusive = Inconclusive.Rollback, Blast = BlastRule.Similar };
        var given = Baking(policy);
        while (given.CurrentCluster == "us-1")
            Bucket(given, Given.Pair("us-1"), Given.Pair("ap-1", Given.Suspicious));

        var e = given.Then.OfType<ClustersRolledBack>().ShouldHaveSingleItem();
        e.Out.Select(o => (o.Cluster, o.Failed)).ShouldBe([("us-1", false), ("ap-1", false)]);
        Of(given, "us-1").HasSurvived.ShouldBeFalse();
        UntilEnd(given).State.Outcome.ShouldBe(RolloutOutcome.PartlyPromoted);
    }

    [Fact]
    public void Promotion_OfAWaveOfWhichOneFails_IsOverWhenTheOthersAre()
    {
        var given = Baking(InPart.Cluster);
        while (given.State.Step!.Phase != StepPhase.Promoting)
            given.Acked().Healthy();
        Acked(given, "us-1");

        Harmed(given, "ap-1");

        Said(given).ShouldBe(["ap-1 Rollback 0", "eu-2 SetCanary 5"]);
    }
}
