using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;
using static CanaryStreams.Core.Tests.Rollouts.TwoTogether;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>Clusters that go together, step by step.</summary>
public class WaveTests
{
    [Fact]
    public void HealthyRollout_OfALowRisk_GoesInGrowingWaves()
    {
        var given = Given.Requested(clusters: Clusters, change: Small);
        for (var minute = 0; minute < 200 && given.State.IsActive; minute++)
            given.Acked().Healthy();

        given.State.Outcome.ShouldBe(RolloutOutcome.Promoted);
        given
            .History.OfType<CommandIssued>()
            .Select(e => $"{e.Command.Cluster} {e.Command.Command} {e.Command.WeightPct}")
            .ShouldBe([
                "eu-1 SetCanary 5",
                "eu-1 SetCanary 25",
                "eu-1 Promote 100",
                "us-1 SetCanary 5",
                "ap-1 SetCanary 5",
                "us-1 SetCanary 25",
                "ap-1 SetCanary 25",
                "us-1 Promote 100",
                "ap-1 Promote 100",
                "eu-2 SetCanary 5",
                "eu-2 SetCanary 25",
                "eu-2 Promote 100",
            ]);
        given.History.OfType<ClusterPromoted>().Select(e => e.Cluster).ShouldBe(Clusters);
        given
            .History.OfType<StepStarted>()
            .Select(e => (e.Cluster, e.Clusters is null ? null : string.Join(' ', e.Clusters)))
            .Distinct()
            .ShouldBe([("eu-1", null), ("us-1", "us-1 ap-1"), ("eu-2", null)]);
    }

    [Fact]
    public void Step_StartsWhenEveryClusterHasItsWeight()
    {
        var given = Acked(InSecondWave(), "ap-1");
        given.State.Step!.Phase.ShouldBe(StepPhase.Moving);

        var started = Acked(given, "us-1").Then.OfType<StepStarted>().ShouldHaveSingleItem();

        started.Cluster.ShouldBe("us-1");
        started.Clusters.ShouldBe(["us-1", "ap-1"]);
        EventSentence.Of(started).ShouldStartWith("step 1 began in us-1 and ap-1 at 5 %");
    }

    [Fact]
    public void Step_PassesForAllWhenAllAreHealthy()
    {
        var given = Baking();
        for (var minute = 1; minute < 10; minute++)
            given.Healthy().History.OfType<StepPassed>().Count().ShouldBe(2);

        var passed = given.Healthy().Then.OfType<StepPassed>().ShouldHaveSingleItem();

        passed.Clusters.ShouldBe(["us-1", "ap-1"]);
        passed.Evidence!.Select(e => e.Cluster).ShouldBe(["us-1", "ap-1"]);
        EventSentence.Of(passed).ShouldStartWith("step 1 in us-1 and ap-1 passed");
        given.Commands.Select(c => $"{c.Cluster} {c.WeightPct}").ShouldBe(["us-1 25", "ap-1 25"]);
    }

    [Theory]
    [InlineData("us-1")]
    [InlineData("ap-1")]
    public void Growth_WaitsForEveryCluster(string cluster)
    {
        var other = cluster == "us-1" ? "ap-1" : "us-1";
        var suspicious = Baking();
        var anomalous = Baking();
        for (var minute = 0; minute < 20; minute++)
        {
            Bucket(suspicious, Given.Pair(other), Given.Pair(cluster, Given.Suspicious));
            Bucket(anomalous, Given.Pair(other), Given.Pair(cluster, Given.Anomalous, 0.1));
        }

        suspicious.State.Step!.Index.ShouldBe(0);
        anomalous.State.Step!.Index.ShouldBe(0);
        anomalous.State.Anomalies.ShouldHaveSingleItem().Cluster.ShouldBe(cluster);
        suspicious.Healthy().State.Step!.Index.ShouldBe(1);
    }

    [Fact]
    public void Harm_InOneCluster_TakesItBackEverywhere()
    {
        var given = Baking();

        Bucket(given, Given.Pair("us-1"), Given.Pair("ap-1", Given.Anomalous, 0.9));

        given
            .Commands.Select(c => $"{c.Cluster} {c.Command}")
            .ShouldBe(["eu-1 Rollback", "us-1 Rollback", "ap-1 Rollback"]);
        given.Acked().State.Outcome.ShouldBe(RolloutOutcome.RolledBack);
    }

    [Fact]
    public void Harm_WhileAnotherClusterHasNotAnswered_TakesItBackEverywhere()
    {
        var given = Acked(InSecondWave(), "us-1");

        Bucket(given, Given.Pair("us-1", Given.Anomalous, 0.9));

        given.Commands.Select(c => c.Cluster).ShouldBe(["eu-1", "us-1", "ap-1"]);
    }

    [Fact]
    public void Renewal_SaysTheWeightAgainToEachCluster()
    {
        var given = Baking(Given.Policy with { Bake = TimeSpan.FromHours(1), DecideBy = TimeSpan.FromHours(2) });
        given.HealthyMinutes(14);

        given.NextDeadline();

        given
            .Commands.Select(c => $"{c.Cluster} {c.Command} {c.WeightPct}")
            .ShouldBe(["us-1 SetCanary 5", "ap-1 SetCanary 5"]);
        given.Acked().State.Step!.Phase.ShouldBe(StepPhase.Baking);
    }

    [Fact]
    public void Renewal_OfAClusterThatIsNotPromotedYet_IsForItAlone()
    {
        var given = Baking();
        while (given.State.Step!.Phase != StepPhase.Promoting)
            given.Acked().Healthy();
        Acked(given, "us-1").State.Step!.Phase.ShouldBe(StepPhase.Promoting);
        given.Then.OfType<ClusterPromoted>().ShouldHaveSingleItem().Cluster.ShouldBe("us-1");

        given.When(new TakeOver(given.Now.AddHours(1), 2));

        given
            .Commands.ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(c => c.Cluster.ShouldBe("ap-1"), c => c.Command.ShouldBe(CommandKind.Promote));
        Acked(given, "ap-1").Commands.ShouldHaveSingleItem().Cluster.ShouldBe("eu-2");
    }

    [Fact]
    public void Agent_ThatDoesNotAnswer_HoldsTheWaveUntilItDoes()
    {
        var given = Acked(InSecondWave(Given.Policy with { AckRetries = 0 }), "us-1");

        given.NextDeadline().State.Holds.ShouldHaveSingleItem().Reason.ShouldContain("the agent of ap-1");
        given.When(new ResumeRollout(given.Now, "ann", null));

        given.Commands.ShouldHaveSingleItem().Cluster.ShouldBe("ap-1");
        given.Acked().State.Step!.Phase.ShouldBe(StepPhase.Baking);
    }

    [Fact]
    public void Pause_IsToldToEveryClusterOfTheWave()
    {
        var given = Baking();

        given.When(new PauseRollout(given.Now, "ann", null));
        given.Commands.Select(c => $"{c.Cluster} {c.Command} {c.WeightPct}").ShouldBe(["us-1 Hold 5", "ap-1 Hold 5"]);
        given.When(new ResumeRollout(given.Now, "ann", null));

        given
            .Commands.Select(c => $"{c.Cluster} {c.Command} {c.WeightPct}")
            .ShouldBe(["us-1 Resume 5", "ap-1 Resume 5"]);
    }

    [Fact]
    public void Step_WithoutVerdict_NamesTheWave()
    {
        var given = Baking();
        while (!given.State.IsHeld(HoldKind.Inconclusive))
            Bucket(given, Given.Pair("us-1"), Given.Pair("ap-1", Given.Suspicious));

        given
            .State.Holds.ShouldHaveSingleItem()
            .Reason.ShouldStartWith("us-1 and ap-1 at 5 % have no verdict after 30 min");
    }

    [Fact]
    public void Variants_InAFirstWaveOfTwo_AreSelectedByTheWorseOfTheClustersAndPromotedInBoth()
    {
        var given = Given.Planned(Given.Policy, ["a", "b"], Plan("eu-1", 1), Plan("us-1", 1), Plan("ap-1", null));
        given
            .Commands.Select(c => $"{c.Cluster} {c.Variant} {c.WeightPct}")
            .ShouldBe(["eu-1 a 3", "eu-1 b 2", "us-1 a 3", "us-1 b 2"]);
        while (given.State.Step!.Phase != StepPhase.Selecting)
            given
                .Acked()
                .Bucket(
                    1,
                    Given.Stable("eu-1"),
                    Variant("eu-1", "a", -0.001),
                    Variant("eu-1", "b", 0),
                    Given.Stable("us-1"),
                    Variant("us-1", "a", 0.0015),
                    Variant("us-1", "b", 0)
                );

        given
            .Commands.Select(c => $"{c.Cluster} {c.Command} {c.Variant}")
            .ShouldBe(["eu-1 SelectVariant b", "us-1 SelectVariant b"]);
        Acked(given, "us-1").Commands.Select(c => $"{c.Cluster} {c.Command}").ShouldBe(["us-1 Promote"]);
        Acked(given, "eu-1").Acked();

        given.State.Clusters.Select(c => c.WeightPct).ShouldBe([100, 100, 0]);
        given.Commands.Select(c => $"{c.Cluster} {c.Command} {c.Variant}").ShouldBe(["ap-1 SetCanary b"]);
    }

    private static ClusterPlan Plan(string name, int? wave) => new(name, 0.1, [5, 25, 100], 0.6, "why", wave);

    private static Signal Variant(string cluster, string name, double effect) =>
        Given.Canary(
            cluster,
            Given.Quiet with
            {
                Effect = effect,
                EffectLower = effect - 0.0001,
                EffectUpper = effect + 0.0001,
            },
            variant: name
        );
}
