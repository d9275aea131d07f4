using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Core.Tests.Planning;

/// <summary>How large a canary has to be so that it can be decided on.</summary>
public class CanaryNeedsTests
{
    private static readonly MetricPolicy Errors = new(
        "error_rate",
        MetricKind.Ratio,
        Worse.Up,
        new MinEffect(0.002, Relative: false)
    );

    private static readonly Policy Policy = new()
    {
        Bake = TimeSpan.FromMinutes(10),
        DecideBy = TimeSpan.FromMinutes(30),
        Metrics = [Errors],
    };

    [Fact]
    public void APlansCanary_WhereAnyWeightCanBeDecidedOn_CanBeDecidedOn() =>
        ForAnyTraffic(
            (past, risk) =>
            {
                var need = Of(past);
                var steps = CanarySteps.Of(RiskScale.Probability, risk, need.LeastWeightPct);
                var most = Enumerable.Range(1, CanaryNeeds.MostWeightPct).Any(weight => IsSeen(past, weight));
                return most == need.LeastWeightPct is not null && (!most || IsSeen(past, steps[0]));
            }
        );

    /// <summary>But for a per cent: the forecast is of whole minutes, on arms that wobble.</summary>
    [Fact]
    public void Of_MoreTraffic_NeedsNoLargerCanary() =>
        ForAnyTraffic(
            (past, _) =>
                Of(past).LeastWeightPct is not { } least
                || Of(past with { PerMinute = 1.3 * past.PerMinute }).LeastWeightPct <= least + 1
        );

    [Theory]
    [InlineData(60_000, 1)]
    [InlineData(600, 4)]
    [InlineData(80, 35)]
    public void Of_Traffic_IsTheLeastWeightWhoseSamplesShowAGraveChange(double perMinute, int about)
    {
        var past = new StableBaseline(0.001, perMinute, 60, 60);
        var need = Of(past);

        var least = need.LeastWeightPct.ShouldNotBeNull();
        least.ShouldBeInRange(about * 4 / 5, about * 5 / 4);
        IsSeen(past, least + 1).ShouldBeTrue();
        IsSeen(past, least - 1).ShouldBeFalse();
        need.Unseen.ShouldBeNull();
        need.PairsPerMinute.ShouldBeNull();
    }

    [Fact]
    public void Of_TooFewUsers_AsksForSyntheticRuns()
    {
        var need = Of(new StableBaseline(0.001, 6, 60, 60));

        need.LeastWeightPct.ShouldBeNull();
        need.Unseen.ShouldBe(["error_rate"]);
        var pairs = need.PairsPerMinute.ShouldNotBeNull();
        Seen(pairs).ShouldNotBeNull();
        Seen(pairs - 1).ShouldBeNull();
        CanaryNeedSentence
            .Of(need)
            .ShouldBe($"no canary of 6 trials a minute can be decided on; it takes {pairs} synthetic runs a minute");

        double? Seen(double perMinute) =>
            DetectionForecast.OfPairs(Policy, perMinute, 0.2, Budget.SyntheticShare(1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Of_TooFewUsersAndNoSyntheticRollback_SaysThatRunsCannotHelp()
    {
        var need = CanaryNeeds.Of(
            Policy with
            {
                SyntheticRollsBack = false,
            },
            "eu-1",
            Ratios(new StableBaseline(0.001, 6, 60, 60)),
            Budget,
            1
        );

        need!.PairsPerMinute.ShouldBeNull();
        CanaryNeedSentence.Of(need).ShouldEndWith("synthetic runs can't help");
    }

    [Fact]
    public void Of_Variants_EachNeedsItsSamples()
    {
        var past = Ratios(new StableBaseline(0.001, 1000, 60, 60));

        var one = CanaryNeeds.Of(Policy, "eu-1", past, Budget, 1)!.LeastWeightPct!.Value;
        var three = CanaryNeeds.Of(Policy, "eu-1", past, Budget, 3)!.LeastWeightPct!.Value;

        three.ShouldBeInRange(2 * one, 4 * one);
    }

    [Fact]
    public void Of_NoRatio_IsNotKnown() =>
        CanaryNeeds.Of(Policy, "eu-1", new Dictionary<string, StableBaseline>(), Budget, 1).ShouldBeNull();

    [Fact]
    public void Plan_TheRequesterKnowsTheTraffic_BeginsAtAWeightThatDecides()
    {
        var request = Request(600);
        var cluster = Planner.Plan(request, Policy).Clusters.ShouldHaveSingleItem();

        var least = CanaryNeeds.Expected(request, Policy)["eu-1"].LeastWeightPct!.Value;
        cluster.Steps.ShouldBe(CanarySteps.Of(RiskScale.RuleOfThumb, cluster.Risk, least));
        cluster.Reason.ShouldContain($"traffic: 600 trials a minute decide from {least} % on");
    }

    [Fact]
    public void Plan_StepsOfThePolicy_StayAsAPersonSaid()
    {
        var cluster = Planner.Plan(Request(6), Policy with { Steps = [1, 100] }).Clusters.ShouldHaveSingleItem();

        cluster.Steps.ShouldBe([1, 100]);
        cluster.Reason.ShouldNotContain("trials a minute");
    }

    private static RolloutRequest Request(double perMinute) =>
        new()
        {
            Rollout = "r",
            App = "checkout",
            Version = "2.4.1",
            Change = new ChangeProfile { Lines = 9000, Dependencies = 20 },
            Clusters = [new ClusterProfile { Name = "eu-1", RequestsPerMinute = perMinute }],
        };

    private static Budget Budget { get; } = new(0.01, metrics: 1, clusters: 6, variants: 1, syntheticRollsBack: true);

    private static Dictionary<string, StableBaseline> Ratios(StableBaseline past) => new() { [Errors.Name] = past };

    private static CanaryNeed Of(StableBaseline past) => CanaryNeeds.Of(Policy, "eu-1", Ratios(past), Budget, 1)!;

    private static bool IsSeen(StableBaseline past, int weightPct) =>
        DetectionForecast.OfRatio(
            DetectionQuestion.Of(
                Policy,
                Errors,
                past,
                AskedEffect.Grave(Errors, past.Rate),
                weightPct,
                variants: 1,
                Budget.MetricShare
            )
        )
            is not null;

    /// <summary>From 3 to 100 000 trials a minute, rates from 0.01 % to 10 %.</summary>
    private static void ForAnyTraffic(Func<StableBaseline, double, bool> holds) =>
        Prop.ForAll(
                Gen.Choose(0, 1000).ArrayOf(3).ToArbitrary(),
                numbers =>
                    holds(
                        new StableBaseline(
                            Math.Pow(10, -4 + 3 * numbers[0] / 1000.0),
                            3 * Math.Pow(10, 4.5 * numbers[1] / 1000.0),
                            60,
                            60
                        ),
                        numbers[2] / 1000.0
                    )
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(150).WithReplay(20261122, 7));
}
