using CanaryStreams.Core.Planning.Impact;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Tests.Planning.Impact;

/// <summary>What the first clusters of a rollout say of the others.</summary>
public class RolloutBeliefTests
{
    private static readonly ClusterProfile[] s_clusters =
    [
        Outcomes.Usual with
        {
            Name = "old-1",
            Kernel = "4.18",
        },
        Outcomes.Usual with
        {
            Name = "old-2",
            Kernel = "4.18",
        },
        Outcomes.Usual with
        {
            Name = "new-1",
        },
        Outcomes.Usual with
        {
            Name = "new-2",
        },
    ];

    public static TheoryData<string, RolloutBelief> Begun =>
        new() { { "prior", Begin(Outcomes.Prior.Model) }, { "trained", Begin(Outcomes.Trained(31).Model) } };

    [Fact]
    public void After_AnOutcomeThatNothingExplains_StaysAsItIs()
    {
        var belief = new RolloutBelief(
            ["eu-1", "us-1"],
            [
                [0, 0],
                [0.2, 0.4],
            ],
            [0.5, 0.5]
        );

        belief.After("eu-1", failed: true).PFailure("us-1").ShouldBe(0.3, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Begun))]
    public void After_FailureOnAnOldKernel_RaisesOtherOldOnesMoreThanNewOnes(string _, RolloutBelief belief)
    {
        var after = belief.After("old-1", failed: true);

        var old = after.PFailure("old-2") - belief.PFailure("old-2");
        var recent = after.PFailure("new-1") - belief.PFailure("new-1");
        old.ShouldBeGreaterThan(0.3);
        recent.ShouldBeInRange(0, 0.8 * old);
        after.PNone.ShouldBeLessThan(belief.PNone);
    }

    [Theory]
    [MemberData(nameof(Begun))]
    public void After_FailureOnAnOldKernelBehindANewOneThatSurvived_SuspectsTheKernel(string _, RolloutBelief belief)
    {
        var after = belief.After("new-1", failed: false).After("old-1", failed: true);

        after.Suspicions[0].Fault.ShouldBe("old kernel");
        after.PFailure("old-2").ShouldBeGreaterThan(0.5);
        after.PFailure("new-2").ShouldBeLessThan(0.25);
    }

    [Theory]
    [MemberData(nameof(Begun))]
    public void After_Survivor_LowersItsOwnKindMost(string _, RolloutBelief belief)
    {
        var after = belief.After("old-1", failed: false);

        after.PFailure("old-2").ShouldBeLessThan(0.6 * belief.PFailure("old-2"));
        after.PFailure("new-1").ShouldBeLessThan(belief.PFailure("new-1"));
        after.PNone.ShouldBeGreaterThan(belief.PNone);
    }

    [Theory]
    [MemberData(nameof(Begun))]
    public void After_OutcomesInAnotherOrder_IsTheSame(string _, RolloutBelief belief)
    {
        var one = belief.After("old-1", true).After("new-1", false).After("old-2", false);
        var other = belief.After("old-2", false).After("old-1", true).After("new-1", false);

        foreach (var cluster in belief.Clusters)
            one.PFailure(cluster).ShouldBe(other.PFailure(cluster), 1e-12);
        (one.PNone + one.Suspicions.Sum(suspicion => suspicion.Probability)).ShouldBe(1, 1e-12);
    }

    [Fact]
    public void After_AllThatCanHappen_StaysAProbability()
    {
        var belief = Begin(Outcomes.Trained(32).Model);
        for (var i = 0; i < 50; i++)
            belief = belief.After(s_clusters[i % 4].Name, failed: i % 3 == 0);

        belief.Clusters.ShouldAllBe(cluster => belief.PFailure(cluster) > 0 && belief.PFailure(cluster) < 1);
    }

    [Fact]
    public void PFailure_OfAClusterOfAnotherRollout_Throws()
    {
        var belief = Begin(Outcomes.Prior.Model);

        Should.Throw<ArgumentException>(() => belief.PFailure("mars-1"));
        Should.Throw<ArgumentException>(() => belief.After("mars-1", true));
    }

    private static RolloutBelief Begin(ImpactModel model) =>
        model.Begin("app-01", new ChangeProfile { Lines = 60, Dependencies = 4 }, s_clusters);
}
