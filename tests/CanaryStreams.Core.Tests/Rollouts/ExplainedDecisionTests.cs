using System.Text;
using CanaryStreams.Core.Explanations;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>What a decision says of itself: what was ruled out, what else moved, what it cost.</summary>
public class ExplainedDecisionTests
{
    internal static readonly EvidenceExplanation Explanation = new(
        new SharedIncidentCheck(Ruling.RuledOut, 0.002, 0.0021, double.NaN, 0.011),
        new BlipCheck(Ruling.Possible, 2, 3, 2, 2),
        new WarmUpCheck(Ruling.Unknown, 42, double.NaN),
        new EvidenceTrail(Given.Start, 60, [0.002, 0.0021], [double.NaN, 0.011], [double.NaN, 12.64])
    );

    private static readonly SignalEvidence Explained = Given.Anomalous with { Explanation = Explanation };

    /// <summary>The fleet has taught that this metric needs more than its share of the budget asks for.</summary>
    internal static readonly SignalEvidence Taught = Explained with { Share = 1.0 / 900 };

    private static readonly EvidenceStanding Standing = new(
        "eu-1",
        "latency_ms",
        null,
        0.01,
        -0.02,
        0.04,
        1.5,
        20,
        1200,
        1.0 / 1200,
        0.01
    );

    public static TheoryData<string, RolloutEvent> Events { get; } =
        new()
        {
            {
                "explained.rollout.rollback-decided.v2.json",
                new RollbackDecided(
                    Given.Start,
                    RollbackCause.Evidence,
                    "checkout 2.4.1 rolled back",
                    [],
                    [Standing],
                    [new UnusualSeries("eu-1", "queue", Track.Canary, null, 7, 3, 0.98)],
                    new BudgetSpent(0.01, 1.0 / 1200, 1 / 3.1e5)
                )
            },
            {
                "explained.rollout.step-passed.v1.json",
                new StepPassed(Given.Start, "eu-1", 0, TimeSpan.FromMinutes(10), false, null, [Standing])
            },
            {
                "explained.rollout.held.v1.json",
                new RolloutHeld(Given.Start, HoldKind.Inconclusive, Given.Start, "no verdict", null, [Standing])
            },
            {
                "explained.rollout.planned.v1.json",
                new RolloutPlanned(
                    Given.Start,
                    new RolloutPlan("rule-of-thumb/1", 0.25, []),
                    new BudgetSplit(0.01, 8, 0.001, 0.002)
                )
            },
            {
                "explained.rollout.anomaly-noted.v2.json",
                new AnomalyNoted(
                    Given.Start,
                    new RollbackEvidence("eu-1", "error_rate", null, 1, 0, 2, 9, 9, 8, 0.125, 0.1, 0.5, 0.6, null, null)
                    {
                        Explanation = Explanation,
                    }
                )
            },
        };

    [Theory]
    [MemberData(nameof(Events))]
    public void Encode_OfWhatIsExplained_IsTheGoldenFileAndBack(string file, RolloutEvent happened)
    {
        Golden.ShouldMatch(file, EventCodec.Encode(happened));

        var decoded = EventCodec.Decode(EventCodec.NameOf(happened), Golden.Read(file));

        Encoding.UTF8.GetString(EventCodec.Encode(decoded)).ShouldBe(Encoding.UTF8.GetString(Golden.Read(file)));
    }

    [Theory]
    [InlineData("anomaly-noted")]
    [InlineData("rollback-decided")]
    public void Decode_OfWhatV1Explained_IsTheSameAsWhatV2Does(string name)
    {
        var decoded = EventCodec.Decode($"rollout.{name}.v1", Golden.Read($"explained.rollout.{name}.v1.json"));

        Encoding
            .UTF8.GetString(EventCodec.Encode(decoded))
            .ShouldBe(Encoding.UTF8.GetString(Golden.Read($"explained.rollout.{name}.v2.json")));
    }

    [Fact]
    public void Signal_WithAnExplanation_IsReadBackAsItWas()
    {
        var signal = Given.Canary("eu-1", Explained with { Largest = 4e5 });

        SignalCodec.Decode(SignalCodec.Encode(signal), out _)!.Evidence.ShouldBe(signal.Evidence);
    }

    [Fact]
    public void Rollback_CarriesTheExplanationAndTheCommandDoesNot()
    {
        var given = Given.Requested().Acked();

        given.Bucket(1, Given.Pair("eu-1", Explained, 0.9));

        given.State.Rollback!.Evidence.ShouldHaveSingleItem().Explanation.ShouldBe(Explanation);
        var command = ControlCodec.Encode(given.Commands.ShouldHaveSingleItem());
        Encoding.UTF8.GetString(command).ShouldNotContain("explanation");
    }

    [Fact]
    public void Rollback_ForManySignals_ExplainsTheFirstThree()
    {
        var given = Given.Requested().Acked();

        given.Bucket(
            1,
            [.. Enumerable.Range(0, 5).Select(i => Given.Canary("eu-1", Explained, 0.9) with { Metric = $"m{i}" })]
        );

        given
            .State.Rollback!.Evidence.Select(e => e.Explanation is not null)
            .ShouldBe([true, true, true, false, false]);
    }

    [Fact]
    public void Rollback_SaysWhatItCostOfTheBudget()
    {
        var given = Given.Requested().Acked();

        given.Bucket(1, Given.Pair("eu-1", Given.Anomalous, 0.9));

        var spent = given.State.Rollback!.Budget.ShouldNotBeNull();
        spent.Total.ShouldBe(0.01);
        spent.Share.ShouldBe(1.0 / 1200, 1e-12);
        spent.Chance.ShouldBe(1 / 3.1e5, 1e-12);
    }

    [Fact]
    public void Rollback_NamesTheOtherMetricsTheNearestFirst()
    {
        var given = Given.Requested().Acked();

        given.Bucket(
            1,
            Given.Canary("eu-1", Given.Anomalous, 0.9),
            Given.Canary("eu-1") with
            {
                Metric = "cpu_pct",
                Quality = SignalQuality.Missing,
            },
            Given.Canary("eu-1", Given.Suspicious with { Largest = 300 }) with
            {
                Metric = "latency_ms",
            },
            Given.Canary("eu-1") with
            {
                Metric = "conversion",
                Version = "2.3.9",
            }
        );

        var others = given.State.Rollback!.Others.ShouldNotBeNull();
        others.Select(o => (o.Metric, o.Largest)).ShouldBe([("latency_ms", 300), ("cpu_pct", 1.5)]);
        others[0].Share.ShouldBe(1.0 / 1200, 1e-12);
        others[0].Way.ShouldBe(Math.Log(300) / Math.Log(1200), 1e-12);
        others[0].WayNow.ShouldBe(Math.Log(100) / Math.Log(1200), 1e-12);
    }

    [Fact]
    public void Rollback_NamesWhatNothingJudgesAndIsOutsideOfItsBand()
    {
        var given = Given.Requested().Acked();
        var quiet = Given.Canary("eu-1") with { Evidence = null, Metric = "queue", Lower = 1, Upper = 5, Mean = 3 };

        given.Bucket(
            1,
            [
                .. Given.Pair("eu-1", Given.Anomalous, 0.9),
                quiet,
                quiet with
                {
                    Mean = 7,
                },
                quiet with
                {
                    Mean = 8,
                    AnomalyScore = 0.5,
                },
                quiet with
                {
                    Mean = 9,
                    Version = "2.3.9",
                },
                quiet with
                {
                    Mean = 0.5,
                    Track = Track.Stable,
                    Version = "2.4.0",
                },
                quiet with
                {
                    Mean = 9,
                    Cluster = "us-1",
                },
            ]
        );

        given
            .State.Rollback!.Unusual!.Select(u => (u.Track, u.Mean))
            .ShouldBe([(Track.Canary, 7), (Track.Stable, 0.5)]);
    }

    [Fact]
    public void Step_ThatPasses_SaysHowNearItsMetricsCame()
    {
        var given = Given.Requested().Acked().HealthyMinutes(9);

        given.Bucket(1, [.. Given.Pair("eu-1", Given.Quiet with { Largest = 90 }), .. Given.Pair("us-1", Given.Quiet)]);

        var standing = given.Then[0].ShouldBeOfType<StepPassed>().Evidence.ShouldNotBeNull().ShouldHaveSingleItem();
        standing.Cluster.ShouldBe("eu-1");
        standing.Largest.ShouldBe(90);
        standing.EThreshold.ShouldBe(1200);
    }

    [Fact]
    public void Hold_ForWantOfAVerdict_SaysHowFarTheEvidenceCame()
    {
        var given = Given.Requested(Given.Policy with { Bake = TimeSpan.FromMinutes(30) }).Acked().HealthyMinutes(10);
        var decideAt = given.State.Step!.DecideAt!.Value;
        var last = Given.Canary("eu-1", Given.Suspicious);

        given.When(new PassTime(decideAt, given.Now, [last, Given.Stable("eu-1")]));

        var held = given.Then.OfType<RolloutHeld>().Single(e => e.Kind == HoldKind.Inconclusive);
        held.Evidence.ShouldNotBeNull().ShouldHaveSingleItem().EValue.ShouldBe(100);
    }

    [Fact]
    public void Request_TheBudgetIsDividedBeforeAnythingIsSeen()
    {
        var given = Given.Requested(Given.Policy with { FalseRollbackBudget = 0.02 }, ["eu-1", "us-1"], ["a", "b"]);

        var split = given.Then.OfType<RolloutPlanned>().Single().Budget.ShouldNotBeNull();

        split.Total.ShouldBe(0.02);
        split.Processes.ShouldBe(16);
        (split.Processes * split.Share + split.Synthetic).ShouldBe(0.02, 1e-12);
    }
}
