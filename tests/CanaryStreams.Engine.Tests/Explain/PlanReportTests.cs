using CanaryStreams.Cli.Rollout;
using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Engine.Tests.Explain;

public sealed class PlanReportTests
{
    [Fact]
    public void Write_APlannedRollout_ClustersInTheirOrderWithStepsThresholdsAndWhy()
    {
        var lines = Lines(Story.Begun);

        lines[0].ShouldBe("r1: shop 2.0 over 1.0, planned 2026-11-22 10:00:00 (UTC) by rule, risk of the change 0.20");
        lines[1]
            .ShouldBe(
                "policy 'default': each step bakes 30 min and has a verdict within 60 min; a healthy rollout is rolled back with "
                    + "a probability of 1 % at most"
            );
        lines[2].ShouldBe("  CLUSTER  WAVE   RISK  CANARY %  ROLLS BACK FROM P(SUSTAINED)  WHY");
        lines[3].ShouldBe("  eu-1     alone  0.20  5 100     0.60                          why");
        lines[5].ShouldBe("  METRIC      WORSE  WORTH A ROLLBACK FROM  CHANCE OF A FALSE ONE IN EACH CLUSTER");
        lines[6].ShouldBe("  error_rate  up     0.2 points             0.2 %");
        lines.Count.ShouldBe(10);
    }

    [Fact]
    public void Write_APlanOfAModel_HowMuchItKnowsAndWhatItExpectsOfEachMetric()
    {
        var planned = (RolloutPlanned)Story.Begun[1];
        var impact = new PredictedImpact(0.11, 0.34, [new MetricImpact("error_rate", 0.42, 1.3)]);
        var lines = Lines([
            Story.Begun[0],
            planned with
            {
                Plan = planned.Plan with { Clusters = [planned.Plan.Clusters[0] with { Impact = impact }] },
            },
        ]);

        lines[3].ShouldContain("0.20 (0.11…0.34)");
        lines[4].ShouldBe("  eu-1: error_rate is expected to get worse by 0.4 ± 1.3 of what is worth a rollback");
    }

    [Fact]
    public void Write_ARevisedPlan_EachRevisionWithTheRiskBeforeAndAfter()
    {
        var revised = new RolloutPlan("model/2", 0.2, [new ClusterPlan("us-1", 0.05, [10, 100], 0.69, "less", 2)]);
        var lines = Lines([
            .. Story.Begun,
            new PlanRevised(Story.Start.AddHours(1), revised, "eu-1 took it well", [new("us-1", 0.2, 0.05)]),
        ]);

        lines[^3].ShouldBe("revised 2026-11-22 11:00:00 by model/2: eu-1 took it well");
        lines[^1].ShouldBe("  us-1     2     0.20 → 0.05  10 100    0.69                          less");
    }

    [Fact]
    public void Write_CanariesSizedByTheTraffic_StepsBeforeAndAfterAndWhatTheyNeed()
    {
        SizedCanary[] sized =
        [
            new("eu-1", [5, 100], [12, 100], new CanaryNeed("eu-1", 200, 12)),
            new("us-1", [5, 100], [12, 100], null),
        ];
        var lines = Lines([.. Story.Begun, new CanarySized(Story.Start.AddMinutes(1), sized, "")]);

        lines[^4].ShouldBe("sized 2026-11-22 10:01:00 by the traffic that stable told");
        lines[^3].ShouldBe("  CLUSTER  CANARY % BEFORE  CANARY %  WHY");
        lines[^2].ShouldBe("  eu-1     5 100            12 100    200 trials a minute decide from 12 % on");
        lines[^1].ShouldBe("  us-1     5 100            12 100    as the others of its wave");
    }

    [Fact]
    public void Write_VariantsAndNoBudget_NamesThemAndSaysThatItIsUnknown()
    {
        var requested = (RolloutRequested)Story.Begun[0];
        var planned = (RolloutPlanned)Story.Begun[1];
        var lines = Lines([
            requested with
            {
                Request = requested.Request with { Variants = ["a", "b"], From = null },
            },
            planned with
            {
                Budget = null,
            },
        ]);

        lines[0].ShouldStartWith("r1: shop 2.0, planned");
        lines[2].ShouldBe("variants, in equal slices of the canary: a, b");
        lines[7].ShouldBe("  error_rate  up     0.2 points             unknown");
    }

    [Fact]
    public void Write_ARefusedRequest_HasNoPlan()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var refused = new RolloutRefused(Story.Start, "r1", "shop", "2.0", "another one is under way");

        PlanReport.Write("r1", [refused], output).ShouldBeFalse();

        output.ToString().ShouldBe("r1 has no plan: refused: another one is under way\n");
    }

    private static List<string> Lines(IReadOnlyList<RolloutEvent> events)
    {
        using var output = new StringWriter { NewLine = "\n" };
        PlanReport.Write("r1", events, output).ShouldBeTrue();
        return [.. output.ToString().TrimEnd('\n').Split('\n')];
    }
}
