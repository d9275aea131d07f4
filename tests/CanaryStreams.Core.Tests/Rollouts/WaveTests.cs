using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>Clusters that go together, step by step.</summary>
public class WaveTests
{
    private static readonly string[] s_clusters = ["eu-1", "us-1", "ap-1", "eu-2"];
    private static readonly ChangeProfile s_small = new() { Lines = 10 };

    /// <summary>The second wave's step, commanded: us-1 and ap-1.</summary>
    private static Given InSecondWave(Policy? policy = null)
    {
        var given = Given.Requested(policy, s_clusters, change: s_small);
        while (given.CurrentCluster == "eu-1")
            given.Acked().Healthy();
        return given;
    }

    /// <summary>Only what is pending in this cluster is applied.</summary>
    private static Given Acked(Given given, string cluster)
    {
        foreach (var pending in given.State.Pending.Where(pending => pending.Command.Cluster == cluster))
            given.When(new ReceiveAck(given.Now, Given.Ack(pending.Command)));
        return given;
    }

    private static Given Baking(Policy? policy = null) => InSecondWave(policy).Acked();

    private static Given Bucket(Given given, params Signal[][] clusters) =>
        given.Bucket(1, [.. clusters.SelectMany(s => s)]);

    private static Signal[] Silent(string cluster) =>
        [Given.Stable(cluster), Given.Canary(cluster, quality: SignalQuality.Missing)];

    [Fact]
    public void HealthyRollout_OfALowRisk_GoesInGrowingWaves()
    {
        var given = Given.Requested(clusters: s_clusters, change: s_small);
        while (given.State.Phase == RolloutPhase.Running)
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
        given.History.OfType<ClusterPromoted>().Select(e => e.Cluster).ShouldBe(s_clusters);
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
    public void Telemetry_MissingInOneCluster_HoldsAllAndNamesIt()
    {
        var given = Baking().HealthyMinutes(5);

        var held = Bucket(
            given,
            Given.Pair("us-1"),
            [Given.Stable("ap-1", SignalQuality.Missing), Given.Canary("ap-1")]
        )
            .Then.ShouldHaveSingleItem()
            .ShouldBeOfType<RolloutHeld>();

        held.Cluster.ShouldBe("ap-1");
        held.Condition.ShouldBe(TelemetryCondition.StableSilent);
        given.State.Holds.ShouldHaveSingleItem().Cluster.ShouldBe("ap-1");
        given.Healthy().Then.ShouldHaveSingleItem().ShouldBeOfType<RolloutResumed>();
    }

    [Fact]
    public void Telemetry_OfAClusterThatIsPromoted_HoldsNothing()
    {
        var given = Baking().HealthyMinutes(5);

        Bucket(given, Given.Pair("us-1"), Given.Pair("ap-1"), Silent("eu-1")).Then.ShouldBeEmpty();
    }

    [Fact]
    public void Silence_OfOneThatEndsWhenThatOfAnotherBegins_IsNotAddedUp()
    {
        var given = Baking(Given.Policy with { DecideBy = TimeSpan.FromHours(2) }).HealthyMinutes(5);
        for (var minute = 0; minute < 15; minute++)
            Bucket(given, Silent("us-1"), Given.Pair("ap-1"));

        var held = Bucket(given, Given.Pair("us-1"), Silent("ap-1")).Then.ShouldHaveSingleItem();

        held.ShouldBeOfType<RolloutHeld>().Cluster.ShouldBe("ap-1");
        var minutes = 0;
        while (given.State.Rollback is null)
        {
            Bucket(given, Given.Pair("us-1"), Silent("ap-1"));
            minutes++;
        }
        minutes.ShouldBe(20);
        given.State.Rollback.Summary.ShouldContain("rolled back in ap-1: nothing has been heard of the canary");
    }

    [Fact]
    public void Silence_OfOne_RollsBackInItsTimeWhateverIsWrongInAnother()
    {
        var given = Baking(Given.Policy with { DecideBy = TimeSpan.FromHours(2) }).HealthyMinutes(5);
        var minutes = 0;
        while (given.State.Rollback is null)
        {
            Signal[] first =
                minutes % 3 == 0 ? [Given.Stable("us-1", SignalQuality.Missing), Given.Canary("us-1")]
                : minutes > 10 ? Silent("us-1")
                : Given.Pair("us-1");
            Bucket(given, first, Silent("ap-1"));
            minutes++;
        }

        minutes.ShouldBe(18);
        given.State.Rollback.Summary.ShouldContain("in ap-1");
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

    [Theory]
    [InlineData("rollout.planned.v1")]
    [InlineData("rollout.step-started.v1")]
    [InlineData("rollout.step-passed.v1")]
    [InlineData("rollout.held.v1")]
    public void Codec_OfWhatHappensInAWave_IsTheGoldenFileAndBack(string name)
    {
        var given = Baking();
        Bucket(given, Given.Pair("us-1"), Given.Pair("ap-1")).HealthyMinutes(10);
        Bucket(given.Acked(), Silent("us-1"), Given.Pair("ap-1")).Healthy();
        Bucket(given, Given.Pair("us-1"), Silent("ap-1"));
        var happened = given.History.Last(e => EventCodec.NameOf(e) == name);

        var json = EventCodec.Encode(happened);

        Golden.ShouldMatch($"wave.{name}.json", json);
        EventCodec.Encode(EventCodec.Decode(name, Golden.Read($"wave.{name}.json"))).ShouldBe(json);
    }

    [Theory]
    [InlineData(WaveRule.ByRisk, "\"waves\":\"by-risk\"")]
    [InlineData(WaveRule.OneByOne, null)]
    public void Codec_OfAPolicy_KeepsItsRuleAndThatItIsOfBeforeThereWasOne(WaveRule rule, string? expected)
    {
        var requested = new RolloutRequested(Given.Start, Given.Request(), Given.Policy with { Waves = rule });

        var json = EventCodec.Encode(requested);

        var text = System.Text.Encoding.UTF8.GetString(json);
        text.Contains("waves", StringComparison.Ordinal).ShouldBe(expected is not null);
        text.ShouldContain(expected ?? "");
        EventCodec.Decode("rollout.requested.v1", json).ShouldBeOfType<RolloutRequested>().Policy.Waves.ShouldBe(rule);
        var state = Evolution.Evolve(RolloutState.Initial, requested);
        StateCodec.Decode(StateCodec.Encode(state))!.Policy!.Waves.ShouldBe(rule);
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
