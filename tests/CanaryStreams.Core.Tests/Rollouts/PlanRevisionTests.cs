using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>What the first clusters showed, and what it makes of the plan for the others.</summary>
public class PlanRevisionTests
{
    private static readonly Policy s_policy = Given.Policy with { Steps = null, FailureThreshold = null };
    private static readonly string[] s_clusters = ["eu-1", "us-1", "ap-1", "eu-2", "us-2"];
    private static readonly ChangeProfile s_middling = new() { Lines = 820, Files = 14 };

    private static Given Requested(RiskBelief? belief, Policy? policy = null)
    {
        var given = Given.Requested(policy ?? s_policy, s_clusters, change: s_middling);
        given.Impact = belief is null ? null : new BelievingImpact(belief);
        return given;
    }

    private static Given UntilFirstIsPromoted(Given given)
    {
        while (given.State.Clusters[0].Stage != ClusterStage.Promoted)
            given.Healthy().Acked();
        return given;
    }

    private static RiskBelief Says(params (string Cluster, double Risk)[] risks) =>
        _ => new RevisedBelief("impact/1@5", "eu-1 took it well", risks.ToDictionary(r => r.Cluster, r => r.Risk));

    [Fact]
    public void Belief_ThatTheRestIsAtLessRisk_MakesTheWavesLargerAndTheStepsFewer()
    {
        var given = UntilFirstIsPromoted(
            Requested(Says(("us-1", 0.05), ("ap-1", 0.04), ("eu-2", 0.03), ("us-2", 0.3)))
        );

        var revised = given.Then.OfType<PlanRevised>().ShouldHaveSingleItem();

        revised.Plan.Model.ShouldBe("impact/1@5");
        revised
            .Plan.Clusters.Select(c => $"{c.Name} {c.Wave} from {c.Steps[0]}")
            .ShouldBe(["eu-2 2 from 25", "ap-1 2 from 25", "us-1 3 from 25", "us-2 4 from 10"]);
        revised.Plan.Clusters[0].FailureThreshold.ShouldBe(Planner.FailureThresholdFor(0.03));
        revised.Plan.Clusters[0].Reason.ShouldContain("risk 0.03 (0.15 before)");
        revised
            .Risks.Select(r => (r.Cluster, Math.Round(r.Before, 2), r.After))
            .ShouldBe([("eu-2", 0.15, 0.03), ("ap-1", 0.15, 0.04), ("us-1", 0.15, 0.05), ("us-2", 0.15, 0.3)]);
        EventSentence.Of(revised).ShouldStartWith("plan revised: eu-1 took it well; eu-2 25→50→100 %, risk 0.03");
        given.Commands.Select(c => $"{c.Cluster} {c.WeightPct}").ShouldBe(["eu-2 25", "ap-1 25"]);
    }

    [Fact]
    public void Belief_ThatTheRestIsAtMoreRisk_MakesTheStepsSmaller()
    {
        var given = UntilFirstIsPromoted(Requested(Says(("us-1", 0.7), ("ap-1", 0.7), ("eu-2", 0.7), ("us-2", 0.7))));

        given.State.Plan!.Clusters.Skip(1).ShouldAllBe(c => c.Wave == null && c.Steps[0] == 1);
        given.Commands.Select(c => $"{c.Cluster} {c.WeightPct}").ShouldBe(["us-1 1"]);
    }

    [Fact]
    public void Belief_IsAskedAfterEachWaveAndChangesOnlyWhatHasNotBegun()
    {
        var asked = new List<string>();
        var given = Requested(state =>
        {
            var left = state.Clusters.Where(c => !c.IsTouched).Select(c => c.Name).ToList();
            asked.Add(string.Join(' ', left));
            return new RevisedBelief("m", "r", left.ToDictionary(name => name, _ => 0.1 / asked.Count));
        });

        for (var minute = 0; minute < 200 && given.State.IsActive; minute++)
            given.Acked().Healthy();

        given.State.Outcome.ShouldBe(RolloutOutcome.Promoted);
        asked.ShouldBe(["us-1 ap-1 eu-2 us-2", "eu-2 us-2"]);
        given.History.OfType<PlanRevised>().Select(e => e.Plan.Clusters.Count).ShouldBe([4, 2]);
        given.State.Plan!.Clusters.Select(c => Math.Round(c.Risk, 2)).ShouldBe([0.15, 0.1, 0.1, 0.05, 0.05]);
        given.History.OfType<ClusterPromoted>().Select(e => e.Cluster).ShouldBe(s_clusters);
    }

    [Fact]
    public void Belief_WithNothingNew_WritesNothing()
    {
        UntilFirstIsPromoted(Requested(_ => null)).History.OfType<PlanRevised>().ShouldBeEmpty();
        UntilFirstIsPromoted(Requested(null)).History.OfType<PlanRevised>().ShouldBeEmpty();
        var risk = Requested(null).State.Plan!.Clusters[1].Risk;
        UntilFirstIsPromoted(
            Requested(Says(("us-1", risk + 0.004), ("eu-1", 0.9), ("nobody", 0.9), ("ap-1", double.NaN)))
        )
            .History.OfType<PlanRevised>()
            .ShouldBeEmpty();
    }

    [Fact]
    public void Belief_IsNotAskedWhenAPersonHasPromotedTheRest()
    {
        var given = Requested(Says(("us-1", 0.9))).Acked();
        given.When(new PromoteRollout(given.Now, "ann", null)).Acked();

        given.State.Outcome.ShouldBe(RolloutOutcome.Promoted);
        given.History.OfType<PlanRevised>().ShouldBeEmpty();
    }

    [Fact]
    public void Revision_OfClustersThatHaveBegunOrThatNobodyKnows_ChangesNothingOfThem()
    {
        var state = UntilFirstIsPromoted(Requested(null)).State;
        ClusterPlan[] clusters = [new("eu-1", 0.9, [1, 100], 0.5, "?"), new("nobody", 0.9, [1, 100], 0.5, "?")];

        var after = Evolution.Evolve(
            state,
            new PlanRevised(Given.Start, state.Plan! with { Clusters = [.. clusters, .. state.Plan.Clusters] }, "?", [])
        );

        after.Plan!.Clusters.ShouldBe(state.Plan.Clusters);
        after.Clusters.ShouldBe(state.Clusters);
    }

    [Fact]
    public void Rollback_AfterARevision_ReachesEveryCluster()
    {
        var given = UntilFirstIsPromoted(Requested(Says(("us-2", 0.01), ("eu-2", 0.01)))).Acked();

        given.Bucket(1, Given.Pair("us-2", Given.Anomalous, 0.9));

        given.Commands.Select(c => c.Cluster).ShouldBe(["eu-1", "eu-2", "us-2"]);
    }
}
