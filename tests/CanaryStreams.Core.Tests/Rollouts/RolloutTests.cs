using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Tests.Rollouts;

public class RolloutTests
{
    [Fact]
    public void Request_OfSomethingNew_PlansFirstAndThenCommandsTheFirstStep()
    {
        var given = Given.Requested();

        given
            .Then.Select(e => e.GetType())
            .ShouldBe([typeof(RolloutRequested), typeof(RolloutPlanned), typeof(CommandIssued)]);
        var command = given.Commands.Single();
        command.Id.ShouldBe("checkout-2.4.1/1");
        command.Command.ShouldBe(CommandKind.SetCanary);
        command.Cluster.ShouldBe("eu-1");
        command.WeightPct.ShouldBe(5);
        command.Epoch.ShouldBe(1);
        command.Expires.ShouldBe(Given.Start.AddMinutes(30));
    }

    [Fact]
    public void Request_AskedTwice_SaysNothing()
    {
        var given = Given.Requested();

        given.When(new RequestRollout(Given.Start, Given.Request(), Given.Policy));

        given.Then.ShouldBeEmpty();
        given.Refusal.ShouldBeNull();
    }

    [Fact]
    public void Request_WhileAnotherRuns_IsRefusedForGood()
    {
        var given = new Given().When(new RequestRollout(Given.Start, Given.Request(), Given.Policy, Running: "other"));

        given.Then.ShouldHaveSingleItem().ShouldBeOfType<RolloutRefused>().Reason.ShouldContain("'other'");
        given.When(new RequestRollout(Given.Start, Given.Request(), Given.Policy)).Then.ShouldBeEmpty();
        given.State.Phase.ShouldBe(RolloutPhase.Refused);
    }

    [Fact]
    public void Request_NamingAClusterTwice_IsRefusedWithTheName()
    {
        var request = new RequestRollout(Given.Start, Given.Request(["eu-1", "eu-1"]), Given.Policy);

        new Given()
            .When(request)
            .Then.ShouldHaveSingleItem()
            .ShouldBeOfType<RolloutRefused>()
            .Reason.ShouldContain("eu-1");
    }

    [Fact]
    public void HealthyRollout_AllAcksAndBuckets_IsPromotedClusterByCluster()
    {
        var given = Given.Requested();
        var minutes = 0;
        while (given.State.Phase == RolloutPhase.Running)
        {
            given.Acked().Healthy();
            minutes++.ShouldBeLessThan(100);
        }

        given.State.Outcome.ShouldBe(RolloutOutcome.Promoted);
        given.State.Clusters.ShouldAllBe(c => c.Stage == ClusterStage.Promoted && c.WeightPct == 100);
        var commands = given
            .History.OfType<CommandIssued>()
            .Select(e => $"{e.Command.Cluster} {e.Command.Command} {e.Command.WeightPct}");
        commands.ShouldBe([
            "eu-1 SetCanary 5",
            "eu-1 SetCanary 25",
            "eu-1 Promote 100",
            "us-1 SetCanary 5",
            "us-1 SetCanary 25",
            "us-1 Promote 100",
        ]);
        minutes.ShouldBe(42);
    }

    [Fact]
    public void Bake_BeforeItsTime_DoesNotGrow()
    {
        var given = Given.Requested().Acked().HealthyMinutes(9);

        given.State.Step!.Index.ShouldBe(0);
        given.Healthy().State.Step!.Index.ShouldBe(1);
    }

    [Fact]
    public void LoneStepOfHundred_IsBaked()
    {
        var given = Given.Requested(Given.Policy with { Steps = [100] }, ["eu-1"]).Acked();

        given.HealthyMinutes(9).State.Step!.Phase.ShouldBe(StepPhase.Baking);
        given.Healthy().Commands.Single().Command.ShouldBe(CommandKind.Promote);
    }

    [Fact]
    public void Anomaly_ForecastToLast_RollsBackOnceWithReasons()
    {
        var given = Given.Requested().Acked().HealthyMinutes(3);

        given.Bucket(1, Given.Pair("eu-1", Given.Anomalous, 0.93));

        var decided = given.Then[0].ShouldBeOfType<RollbackDecided>();
        decided.Summary.ShouldBe(
            "checkout 2.4.1 rolled back in eu-1: error_rate is 0.9 points above stable (95 % interval 0.6…1.3) since "
                + "10:42, e-value 3.1e5 against 1200, P(sustained) 0.93 against 0.60"
        );
        var evidence = decided.Evidence.ShouldHaveSingleItem();
        evidence.Metric.ShouldBe("error_rate");
        evidence.Models.ShouldBe("evidence/1 forecast/1");
        var command = given.Commands.ShouldHaveSingleItem();
        command.Command.ShouldBe(CommandKind.Rollback);
        command.Reason.FailureProbability.ShouldBe(0.93);
        command.Reason.Threshold.ShouldBe(0.6);
        command.Expires.ShouldBeNull();
        given.Acked().State.Outcome.ShouldBe(RolloutOutcome.RolledBack);
        given.Bucket(1, Given.Pair("eu-1", Given.Anomalous, 0.93)).Then.ShouldBeEmpty();
    }

    [Fact]
    public void Anomaly_InTheSecondCluster_RollsBackThePromotedFirstToo()
    {
        var given = Given.Requested();
        while (given.CurrentCluster == "eu-1")
            given.Acked().Healthy();
        given.Acked();

        given.Bucket(1, Given.Pair("us-1", Given.Anomalous, 0.93));

        given.Commands.Select(c => c.Cluster).ShouldBe(["eu-1", "us-1"]);
        given.Acked().State.Clusters.ShouldAllBe(c => c.Stage == ClusterStage.RolledBack && c.WeightPct == 0);
    }

    [Fact]
    public void Anomaly_NotForecastToLast_IsNotedOnceAndStopsGrowth()
    {
        var given = Given.Requested().Acked().HealthyMinutes(9);

        given.Bucket(1, Given.Pair("eu-1", Given.Anomalous, 0.2));
        given.Then.ShouldHaveSingleItem().ShouldBeOfType<AnomalyNoted>();
        given.Bucket(1, Given.Pair("eu-1", Given.Anomalous, 0.2)).Then.ShouldBeEmpty();
        given.Bucket(1, Given.Pair("eu-1", Given.Suspicious, 0.2)).Then.ShouldBeEmpty();

        given
            .Healthy()
            .Then.Select(e => e.GetType())
            .ShouldBe([typeof(AnomalyCleared), typeof(StepPassed), typeof(CommandIssued)]);
    }

    [Fact]
    public void Anomaly_OnStaleTelemetry_NeverRollsBack()
    {
        var given = Given.Requested().Acked().HealthyMinutes(3);

        given.Bucket(1, Given.Stable("eu-1"), Given.Canary("eu-1", Given.Anomalous, 0.99, SignalQuality.Missing));

        given.Then.ShouldHaveSingleItem().ShouldBeOfType<RolloutHeld>().Kind.ShouldBe(HoldKind.Telemetry);
    }

    [Fact]
    public void Anomaly_OfAnotherVersion_IsNoneOfTheRollouts()
    {
        var given = Given.Requested().Acked().HealthyMinutes(3);

        given.Bucket(
            1,
            [.. Given.Pair("eu-1"), Given.Canary("eu-1", Given.Anomalous, 0.99) with { Version = "2.3.9" }]
        );

        given.Then.ShouldBeEmpty();
    }

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
    public void Variants_RunSideBySideAndTheBetterIsPromotedEverywhere()
    {
        var given = Given.Requested(variants: ["a", "b"]);
        given.Commands.Select(c => $"{c.Variant} {c.WeightPct}").ShouldBe(["a 3", "b 2"]);
        given.Acked();
        given.State.Clusters[0].WeightPct.ShouldBe(5);

        while (given.State.Step!.Phase != StepPhase.Selecting)
            given.Acked().Bucket(1, Given.Stable("eu-1"), Variant("a", 0.001), Variant("b", -0.001));

        given
            .Commands.Single()
            .ShouldSatisfyAllConditions(
                c => c.Command.ShouldBe(CommandKind.SelectVariant),
                c => c.Variant.ShouldBe("b")
            );
        given.Acked();
        given.Commands.Single().Variant.ShouldBe("b");
        given.Acked();
        given
            .Commands.Single()
            .ShouldSatisfyAllConditions(c => c.Cluster.ShouldBe("us-1"), c => c.Variant.ShouldBe("b"));
    }

    [Fact]
    public void Variant_ThatIsAnomalousOrSilent_IsNotChosen()
    {
        var given = Given.Requested(variants: ["a", "b", "c"]);
        while (given.State.Step!.Phase != StepPhase.Selecting)
            given.Acked().Bucket(1, Given.Stable("eu-1"), Variant("c", 0.0015), Other("a"));

        given.Commands.Single().Variant.ShouldBe("c");

        Signal Other(string name) => Given.Canary("eu-1", variant: name) with { Evidence = null };
    }

    [Theory]
    [InlineData("latency_ms", 0.082, 0.05, 0.11, "latency_ms is 8.2 % above stable (95 % interval 5…11)")]
    [InlineData("conversion", -0.011, -0.014, -0.008, "conversion is 1.1 points below stable (95 % interval 0.8…1.4)")]
    [InlineData("queue", 3.5, double.NaN, 4, "queue is 3.5 above stable (95 % interval unknown…4)")]
    [InlineData("synthetic", 0.2, 0.1, 0.3, "synthetic is 20 points above stable (95 % interval 10…30)")]
    public void Rollback_SaysTheEffectInTheMetricsUnit(
        string metric,
        double effect,
        double low,
        double high,
        string said
    )
    {
        var queue = new MetricPolicy("queue", MetricKind.Gauge, Worse.Up, new MinEffect(2, Relative: false));
        var given = Given.Requested(Given.Policy with { Metrics = [.. Policy.DefaultMetrics, queue] }).Acked();
        var evidence = Given.Anomalous with { Effect = effect, EffectLower = low, EffectUpper = high };

        given.Bucket(1, Given.Canary("eu-1", evidence, 0.9) with { Metric = metric });

        given.State.Rollback!.Summary.ShouldContain(said);
    }

    [Fact]
    public void Rollback_ForSeveralSignals_NamesTheWorstAndCountsTheOthers()
    {
        var given = Given.Requested().Acked();
        var worse = Given.Anomalous with { EValue = 1e9 };

        given.Bucket(
            1,
            Given.Canary("eu-1", Given.Anomalous, 0.9),
            Given.Canary("eu-1", worse, 0.9) with
            {
                Metric = "latency_ms",
            }
        );

        given.State.Rollback!.Evidence.Select(e => e.Metric).ShouldBe(["latency_ms", "error_rate"]);
        given.State.Rollback.Summary.ShouldEndWith("; 1 other signal(s) are over their thresholds too");
    }

    private static Signal Variant(string name, double effect) =>
        Given.Canary("eu-1", Given.Quiet with { Effect = effect }, variant: name);
}
