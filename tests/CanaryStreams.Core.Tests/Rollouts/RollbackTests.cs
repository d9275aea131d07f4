using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>Anomalies: what rolls back, and what only stops growth.</summary>
public class RollbackTests
{
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

    [Fact]
    public void Anomaly_WhoseSignalStops_GrowsNothingAndHoldsWithItsName()
    {
        var given = Given.Requested().Acked().HealthyMinutes(3);
        given.Bucket(1, [.. Given.Pair("eu-1"), Synthetic(Given.Anomalous)]);
        given.State.Anomalies.ShouldHaveSingleItem().Metric.ShouldBe("synthetic:buy");

        given.Healthy();
        given.State.Holds.ShouldHaveSingleItem().Kind.ShouldBe(HoldKind.Telemetry);
        given.State.Holds[0].Reason.ShouldContain("synthetic:buy");
        given.HealthyMinutes(10).State.Step!.Index.ShouldBe(0);

        given.Bucket(1, [.. Given.Pair("eu-1"), Synthetic(Given.Quiet)]);
        given.Then.Select(e => e.GetType()).ShouldBe([typeof(AnomalyCleared), typeof(RolloutResumed)]);
        given.HealthyMinutes(10).State.Step!.Index.ShouldBe(1);
    }

    [Fact]
    public void Anomaly_WhoseSignalIsOnlyLate_GrowsNothingAndHoldsNothing()
    {
        var given = Given.Requested().Acked().HealthyMinutes(9);
        given.Bucket(1, [.. Given.Pair("eu-1"), Synthetic(Given.Anomalous)]);

        given.Bucket(1, [.. Given.Pair("eu-1"), Synthetic(Given.Quiet) with { Quality = SignalQuality.Stale }]);

        given.Then.ShouldBeEmpty();
    }

    [Fact]
    public void Anomaly_WhoseSignalStops_IsAnsweredForByAnOperatorsResume()
    {
        var given = Given.Requested().Acked().HealthyMinutes(3);
        given.Bucket(1, [.. Given.Pair("eu-1"), Synthetic(Given.Anomalous)]).Healthy();

        given.When(new ResumeRollout(given.Now, "ann", null));

        given.Then[0].ShouldBeOfType<AnomalyCleared>().By.ShouldBe("ann");
        given.State.Holds.ShouldBeEmpty();
        given.HealthyMinutes(10).State.Step!.Index.ShouldBe(1);
    }

    [Fact]
    public void Anomaly_AnsweredForButStillThere_IsNotedAgain()
    {
        var given = Given.Requested().Acked().HealthyMinutes(3);
        given.Bucket(1, [.. Given.Pair("eu-1"), Synthetic(Given.Anomalous)]).Healthy();
        given.When(new ResumeRollout(given.Now, "ann", null));

        given.Bucket(1, [.. Given.Pair("eu-1"), Synthetic(Given.Anomalous)]);

        given.Then.ShouldHaveSingleItem().ShouldBeOfType<AnomalyNoted>();
    }

    private static Signal Synthetic(SignalEvidence evidence) =>
        Given.Canary("eu-1", evidence, 0.1) with
        {
            Metric = "synthetic:buy",
        };
}
