using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Core.Tests.Planning;

public class PlannerTests
{
    private static readonly ChangeProfile Change = new()
    {
        Files = 14,
        Lines = 820,
        Dependencies = 1,
    };

    [Fact]
    public void Plan_OrdersClustersFromResilientToVulnerable()
    {
        var plan = Planner.Plan(
            Request(Cluster("busy", 95, 3), Cluster("calm", 20, 100), Cluster("middling", 60, 20)),
            new Policy()
        );

        plan.Clusters.Select(c => c.Name).ShouldBe(["calm", "middling", "busy"]);
        plan.Clusters.Select(c => c.Risk).ShouldBeInOrder();
        plan.Model.ShouldBe("rule-of-thumb/1");
    }

    [Fact]
    public void Plan_OfEqualClusters_KeepsTheOrderOfTheRequest()
    {
        string[] names = ["z", "a", "m", "b"];

        var plan = Planner.Plan(Request([.. names.Select(n => Cluster(n, 50, 10))]), new Policy());

        plan.Clusters.Select(c => c.Name).ShouldBe(names);
    }

    [Fact]
    public void Plan_WithStepsAndThresholdInThePolicy_TakesThem()
    {
        var policy = new Policy { Steps = [2, 50, 100], FailureThreshold = 0.9 };

        var cluster = Planner.Plan(Request(Cluster("eu-1", 50, 10)), policy).Clusters.Single();

        cluster.Steps.ShouldBe([2, 50, 100]);
        cluster.CanarySteps.ShouldBe([2, 50]);
        cluster.FailureThreshold.ShouldBe(0.9);
        cluster.Reason.ShouldContain("steps from the policy");
    }

    [Fact]
    public void Plan_WithoutThem_TakesThemFromTheRisk()
    {
        var cluster = Planner.Plan(Request(Cluster("eu-1", 50, 10)), new Policy()).Clusters.Single();

        cluster.Steps.ShouldBe(RiskScale.RuleOfThumb.StepsFor(cluster.Risk));
        cluster.FailureThreshold.ShouldBe(Planner.FailureThresholdFor(cluster.Risk));
        cluster.Reason.ShouldContain("for this risk");
    }

    [Theory]
    [InlineData(0.05, 25)]
    [InlineData(0.2, 10)]
    [InlineData(0.5, 5)]
    [InlineData(0.9, 1)]
    public void Steps_StartSmallerForMoreRisk(double risk, int first)
    {
        var steps = RiskScale.RuleOfThumb.StepsFor(risk);

        steps[0].ShouldBe(first);
        steps[^1].ShouldBe(100);
    }

    [Fact]
    public void CanarySizeAndThreshold_NeverRiseWithRisk() =>
        Prop.ForAll(
                Gen.Two(Gen.Choose(0, 1000)).ToArbitrary(),
                pair =>
                {
                    var (low, high) = (
                        Math.Min(pair.Item1, pair.Item2) / 1000.0,
                        Math.Max(pair.Item1, pair.Item2) / 1000.0
                    );
                    var (lowSteps, highSteps) = (
                        RiskScale.RuleOfThumb.StepsFor(low),
                        RiskScale.RuleOfThumb.StepsFor(high)
                    );
                    return lowSteps.Zip(highSteps).All(step => step.First >= step.Second)
                        && Planner.FailureThresholdFor(low) >= Planner.FailureThresholdFor(high);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Risk_NeverFallsWhenAnythingGetsWorse() =>
        Prop.ForAll(
                Gen.Choose(0, 10_000).ArrayOf(6).ToArbitrary(),
                numbers =>
                {
                    var change = new ChangeProfile
                    {
                        Files = numbers[0] % 300,
                        Lines = numbers[1],
                        Dependencies = numbers[2] % 20,
                    };
                    var cluster = Cluster("c", numbers[3] % 101, numbers[4] % 500);
                    var more = 1 + numbers[5];
                    var risk = Risk(change, cluster);
                    return risk is >= 0 and <= 1
                        && Risk(change with { Files = change.Files + more }, cluster) >= risk
                        && Risk(change with { Lines = change.Lines + more }, cluster) >= risk
                        && Risk(change with { Dependencies = change.Dependencies + more }, cluster) >= risk
                        && Risk(change with { Schema = true }, cluster) >= risk
                        && Risk(change with { ConfigOnly = true }, cluster) <= risk
                        && Risk(change, cluster with { LoadPct = 100 }) >= risk
                        && Risk(change, cluster with { Instances = cluster.Instances + more }) <= risk;
                }
            )
            .QuickCheckThrowOnFailure();

    private static double Risk(ChangeProfile change, ClusterProfile cluster) =>
        RiskRule.Combined(RiskRule.OfChange(change), RiskRule.OfCluster(cluster));

    private static ClusterProfile Cluster(string name, double loadPct, int instances) =>
        new()
        {
            Name = name,
            LoadPct = loadPct,
            Instances = instances,
        };

    private static RolloutRequest Request(params ClusterProfile[] clusters) =>
        new()
        {
            Rollout = "r",
            App = "checkout",
            Version = "2.4.1",
            Change = Change,
            Clusters = clusters,
        };
}
