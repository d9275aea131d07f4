using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>Canaries are sized by the traffic when stable has told it.</summary>
public class CanarySizingTests
{
    private static readonly Policy Planned = Given.Policy with { Steps = null };

    /// <summary>Its risk is middling by the rule of thumb: 10, 25, 50, 100.</summary>
    private static readonly ChangeProfile Middling = new() { Lines = 900, Files = 20 };

    private static Signal[] Past(double perMinute, params string[] clusters) =>
        [
            .. clusters.SelectMany(cluster =>
                Given.Pair(cluster).Select(s => s with { Baseline = new StableBaseline(0.001, perMinute, 60, 60) })
            ),
        ];

    [Fact]
    public void Bucket_TooLittleTrafficForThePlan_GrowsTheRunningCanaryAtOnceAndThePlanOfTheRest()
    {
        var given = Given.Requested(Planned, change: Middling).Acked();
        given.State.Plan!.Clusters[0].Steps.ShouldBe([10, 25, 50, 100]);

        given.Bucket(1, Past(100, "eu-1", "us-1"));

        var sized = given.Then.OfType<CanarySized>().ShouldHaveSingleItem();
        sized.Clusters.Select(one => one.Cluster).ShouldBe(["eu-1", "us-1"]);
        var (one, least) = (sized.Clusters[0], sized.Clusters[0].Need!.LeastWeightPct!.Value);
        least.ShouldBeGreaterThan(10);
        one.Before.ShouldBe([10, 25, 50, 100]);
        one.After.ShouldBe(CanarySteps.Of(RiskScale.RuleOfThumb, given.State.Plan.Clusters[0].Risk, least));
        sized.Summary.ShouldStartWith(
            $"eu-1: 10→25→50→100 % becomes {string.Join("→", one.After)} %: 100 trials a minute decide from {least} % on"
        );
        var command = given.Commands.ShouldHaveSingleItem();
        (command.Cluster, command.Command, command.WeightPct).ShouldBe(("eu-1", CommandKind.SetCanary, least));
        given.State.Plan.Clusters.ShouldAllBe(cluster => cluster.Steps.SequenceEqual(one.After));
        given.State.Plan.Clusters[0].Reason.ShouldContain("100 trials a minute decide");
    }

    [Fact]
    public void Bucket_AfterResizing_TheStepHasAllOfBakeAndDecideBy()
    {
        var given = Given.Requested(Planned, change: Middling).Acked().HealthyMinutes(3);

        given.Bucket(1, Past(100, "eu-1", "us-1")).Acked();

        var started = given.Then.OfType<StepStarted>().ShouldHaveSingleItem();
        (started.Step, started.DecideAt).ShouldBe((0, given.Now + Planned.DecideBy));
        started.WeightPct.ShouldBe(given.State.Wave!.CanarySteps[0]);
        given.HealthyMinutes(9).Then.ShouldNotContain(e => e is StepPassed);
        given.HealthyMinutes(1).Then.ShouldContain(e => e is StepPassed);
    }

    [Fact]
    public void Bucket_TheOutlook_IsOfTheWeightThatIsInForce()
    {
        var given = Given.Requested(Planned, change: Middling).Acked().Bucket(1, Past(100, "eu-1", "us-1"));

        var outlook = given.Then.OfType<OutlookStated>().ShouldHaveSingleItem().Outlook;
        outlook.WeightPct.ShouldBe(given.State.Wave!.CanarySteps[0]);
        outlook.Metrics[0].Grave.Minutes.ShouldNotBeNull();
    }

    [Fact]
    public void Bucket_EnoughTrafficForThePlan_ChangesNothingAndSaysSo()
    {
        var given = Given.Requested(Planned, change: Middling).Acked().Bucket(1, Past(1000, "eu-1", "us-1"));

        given.Then.OfType<CanarySized>().Single().Summary.ShouldStartWith("eu-1: stays at 10→25→50→100 %");
        given.Commands.ShouldBeEmpty();
        given.State.Step!.Phase.ShouldBe(StepPhase.Baking);
    }

    [Fact]
    public void Bucket_NoWeightCanDecide_KeepsTheSizeAndAsksForSyntheticRuns()
    {
        var given = Given.Requested(Planned, change: Middling).Acked().Bucket(1, Past(6, "eu-1", "us-1"));

        given.Commands.ShouldBeEmpty();
        given
            .Then.OfType<CanarySized>()
            .Single()
            .Summary.ShouldMatch(
                @"^eu-1: stays at 10→25→50→100 %: no canary of 6 trials a minute can be decided on; it takes \d+ synthetic runs a minute"
            );
    }

    [Fact]
    public void Bucket_StepsOfThePolicy_AreNotSized() =>
        Given
            .Requested(Given.Policy, change: Middling)
            .Acked()
            .Bucket(1, Past(100, "eu-1", "us-1"))
            .History.ShouldNotContain(e => e is CanarySized);

    [Fact]
    public void Bucket_WhileHeldOrSuspicious_WaitsForABetterOne()
    {
        var given = Given.Requested(Planned, change: Middling).Acked();
        given.When(new PauseRollout(given.Now, "ann", null)).Bucket(1, Past(100, "eu-1", "us-1"));
        given.History.ShouldNotContain(e => e is CanarySized);

        given.When(new ResumeRollout(given.Now, "ann", null));
        given.Bucket(1, [.. Past(100, "eu-1", "us-1"), Given.Canary("eu-1", Given.Suspicious)]);
        given.History.ShouldNotContain(e => e is CanarySized);

        given.Bucket(1, Past(100, "eu-1", "us-1")).Then.ShouldContain(e => e is CanarySized);
    }

    [Fact]
    public void Bucket_AClusterWhoseStableSpeaksLater_IsSizedThen()
    {
        var given = Given.Requested(Planned, change: Middling).Acked().Bucket(1, Past(100, "eu-1"));
        given.Acked().Bucket(1, Past(100, "eu-1", "us-1"));

        var later = given.Then.OfType<CanarySized>().ShouldHaveSingleItem();
        later.Clusters.ShouldHaveSingleItem().Cluster.ShouldBe("us-1");
        given.Commands.ShouldBeEmpty();
        given.State.Needs.Select(need => need.Cluster).ShouldBe(["eu-1", "us-1"]);
    }

    [Fact]
    public void Revision_OfWhatIsLeft_KeepsToTheTraffic()
    {
        var impact = new BelievingImpact(_ => new RevisedBelief(
            "test/1",
            "it went badly elsewhere",
            new Dictionary<string, double> { ["us-1"] = 0.9 }
        ));
        var given = Given.Requested(Planned, change: Middling, impact: impact).Acked();
        given.Bucket(1, Past(100, "eu-1", "us-1")).Acked();
        while (!given.History.OfType<PlanRevised>().Any())
            given.Healthy().Acked();

        var least = given.State.Needs[1].LeastWeightPct!.Value;
        given.State.Plan!.Clusters[1].Steps[0].ShouldBe(least);
    }

    [Fact]
    public void CanarySized_InTheJournal_HasItsFieldsAndNoEmptyOnes()
    {
        var given = Given.Requested(Planned, clusters: ["eu-1"], change: Middling).Acked().Bucket(1, Past(600, "eu-1"));

        var json = System.Text.Encoding.UTF8.GetString(EventCodec.Encode(given.Then.OfType<CanarySized>().Single()));

        var least = given.State.Needs[0].LeastWeightPct;
        json.ShouldContain(
            "\"clusters\":[{\"cluster\":\"eu-1\",\"before\":[10,25,50,100],\"after\":[10,25,50,100],"
                + $"\"need\":{{\"cluster\":\"eu-1\",\"perMinute\":600,\"leastWeightPct\":{least}}}}}]"
        );
    }
}
