using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Simulation.Fleet;
using CanaryStreams.Core.Tests.Rollouts;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Core.Tests.Planning.Impact;

/// <summary>Plans that an impact model makes, and revises.</summary>
public class LearntImpactTests
{
    private static readonly Policy s_policy = Given.Policy with { Steps = null, FailureThreshold = null };
    private static readonly LearntImpact s_trained = new(Outcomes.Trained(31).Model);

    private static readonly RolloutRequest s_request = new()
    {
        Rollout = "shop-2.1.0",
        App = "app-01",
        Version = "2.1.0",
        Change = new ChangeProfile { Lines = 60, Dependencies = 4 },
        Clusters =
        [
            Outcomes.Usual with
            {
                Name = "old-1",
                Kernel = "4.18",
            },
            Outcomes.Usual with
            {
                Name = "new-1",
            },
            Outcomes.Usual with
            {
                Name = "old-2",
                Kernel = "4.18",
            },
            Outcomes.Usual with
            {
                Name = "new-2",
            },
        ],
    };

    [Fact]
    public void Plan_ByTheModel_PutsTheVulnerableLastAndSaysWhy()
    {
        var plan = Planner.Plan(s_request, s_policy, s_trained);

        plan.Model.ShouldBe(Outcomes.Trained(31).Model.Version);
        plan.ChangeRisk.ShouldBeGreaterThan(plan.Clusters.Max(cluster => cluster.Risk) * 0.9);
        plan.Clusters.Select(cluster => cluster.Name).ShouldBe(["new-1", "new-2", "old-1", "old-2"]);
        plan.Clusters[^1].Reason.ShouldContain("old kernel 0.");
        plan.Clusters[^1].Reason.ShouldContain("dependencies");
        plan.Clusters[0].Risk.ShouldBeLessThan(0.1);
        plan.Clusters[^1].Risk.ShouldBeGreaterThan(0.2);
        foreach (var cluster in plan.Clusters)
            cluster.Risk.ShouldBeInRange(cluster.Impact!.RiskLower, cluster.Impact.RiskUpper);
    }

    [Fact]
    public void Plan_OutcomesWithEffects_ExpectsTheMetricsThatTheyToldOf()
    {
        var rows = Outcomes
            .Rows(34, 60)
            .Select(row => row with { Effects = new Dictionary<string, double> { ["errors"] = row.Failed ? 6 : 0 } });
        var impact = new LearntImpact(ImpactTrainer.Train(rows, 1).Model);

        var metric = Planner.Plan(s_request, s_policy, impact).Clusters[^1].Impact!.Metrics!.ShouldHaveSingleItem();

        metric.Metric.ShouldBe("errors");
        metric.Mean.ShouldBeInRange(0, 6);
        metric.Sd.ShouldBeGreaterThan(0);
        Planner.Plan(s_request, s_policy, s_trained).Clusters[0].Impact!.Metrics.ShouldBeNull();
    }

    [Fact]
    public void Plan_OfFleetsAfter200Rollouts_PutsVulnerableClustersLastMostly()
    {
        // Before a rollout begins; of updates that hurt some clusters and not all.
        var plans = Outcomes
            .Seeds.SelectMany(seed =>
                Outcomes
                    .Later(seed)
                    .Where(update => update.IsBad && update.Hurt.Contains(false))
                    .Select(update => IsVulnerableLast(update, new LearntImpact(Outcomes.Trained(seed).Model)))
            )
            .ToList();

        plans.Count(isLast => isLast).ShouldBeGreaterThan((int)(0.55 * plans.Count));
    }

    [Fact]
    public void StepsFor_AHigherProbability_AreAtNoStepLarger() =>
        Prop.ForAll(
                Gen.Two(Gen.Choose(0, 300)).ToArbitrary(),
                pair =>
                {
                    var low = RiskScale.Probability.StepsFor(Math.Min(pair.Item1, pair.Item2) / 1000.0);
                    var high = RiskScale.Probability.StepsFor(Math.Max(pair.Item1, pair.Item2) / 1000.0);
                    return low.Zip(high).All(steps => steps.First >= steps.Second) && high.Count >= low.Count;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Ladders_OfBothScales_RiseToAll()
    {
        foreach (var steps in RiskScale.Probability.Ladders.Concat(RiskScale.RuleOfThumb.Ladders))
        {
            steps.ShouldBe(steps.Order());
            steps[^1].ShouldBe(100);
            steps.Count.ShouldBeGreaterThan(1);
        }
    }

    [Fact]
    public void Revise_AfterTheFirstClusterSurvived_LowersTheRiskOfTheOthers()
    {
        var state = Promoted("new-1", Planner.Plan(s_request, s_policy, s_trained));

        var revised = s_trained.Revise(state).ShouldNotBeNull();

        revised.Model.ShouldBe(s_trained.Version);
        revised.Reason.ShouldStartWith("new-1 took it well; P(no fault) is 0.");
        foreach (var cluster in state.Plan!.Clusters.Skip(1))
            revised.Risks[cluster.Name].ShouldBeLessThan(cluster.Risk, cluster.Name);
    }

    [Fact]
    public void Revise_AfterOneSurvivedAndAnotherFailed_SuspectsWhatSetsThemApart()
    {
        var state = Promoted("new-1", Planner.Plan(s_request, s_policy, s_trained));
        state = state with
        {
            Clusters =
            [
                .. state.Clusters.Select(cluster =>
                    cluster.Name == "old-1"
                        ? cluster with
                        {
                            Withdrawn = new ClusterWithdrawn(ClusterStage.Canary, Given.Start, Failed: true, "why"),
                        }
                        : cluster
                ),
            ],
        };

        var revised = s_trained.Revise(state).ShouldNotBeNull();

        revised.Reason.ShouldStartWith("new-1 took it well; old-1 failed; P(no fault) is 0.0");
        revised.Risks["old-2"].ShouldBeGreaterThan(RiskScale.Probability.High);
        revised.Risks["new-2"].ShouldBeLessThan(RiskScale.Probability.High);
    }

    [Fact]
    public void Revise_APlanOfTheRuleOfThumb_SaysNothing()
    {
        var state = Promoted("new-1", Planner.Plan(s_request, s_policy));

        s_trained.Revise(state).ShouldBeNull();
        RuleOfThumb.Instance.Revise(state).ShouldBeNull();
    }

    [Fact]
    public void Decider_WithAModel_PlansByItAndRevisesBetweenWaves()
    {
        var given = Given.Requested(s_policy, ["eu-1", "us-1", "ap-1"], change: s_request.Change, impact: s_trained);

        while (given.State.Clusters[0].Stage != ClusterStage.Promoted)
            given.Healthy().Acked();

        given.State.Plan!.Model.ShouldBe(s_trained.Version);
        given.Then.OfType<PlanRevised>().ShouldHaveSingleItem().Risks.ShouldAllBe(risk => risk.After < risk.Before);
    }

    private static bool IsVulnerableLast(FleetUpdate update, LearntImpact impact)
    {
        var plan = Planner.Plan(update.Request(), s_policy, impact);
        var hurt = plan.Clusters.Select(cluster => update.Hurt[update.IndexOf(cluster.Name)]).ToList();
        return hurt.IndexOf(true) > hurt.LastIndexOf(false);
    }

    private static RolloutState Promoted(string cluster, RolloutPlan plan) =>
        RolloutState.Initial with
        {
            Request = s_request,
            Policy = s_policy,
            Plan = plan,
            Clusters =
            [
                .. plan.Clusters.Select(one => new ClusterState(
                    one.Name,
                    one.Name == cluster ? ClusterStage.Promoted : ClusterStage.Waiting,
                    one.Name == cluster ? 100 : 0,
                    null
                )),
            ],
        };
}
