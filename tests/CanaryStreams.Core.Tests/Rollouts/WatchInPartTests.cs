using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using static CanaryStreams.Core.Tests.Rollouts.InPart;
using static CanaryStreams.Core.Tests.Rollouts.TwoTogether;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>What goes on without a cluster is watched as well when it is promoted.</summary>
public class WatchInPartTests
{
    private static readonly Policy s_policy = InPart.Cluster with { Watch = TimeSpan.FromMinutes(60) };

    [Fact]
    public void TheRestPromoted_WithAWatch_IsWatchedAndEndsPartlyPromoted()
    {
        var given = UntilWatched();

        given.State.Phase.ShouldBe(RolloutPhase.Watching);
        given.State.Pending.ShouldBeEmpty();
        given.When(new PromoteRollout(given.Now, "ann", null));

        given.Then.OfType<RolloutEnded>().ShouldHaveSingleItem().Outcome.ShouldBe(RolloutOutcome.PartlyPromoted);
    }

    [Fact]
    public void QuietWatch_WithoutACluster_DoesNotMissIt()
    {
        var given = UntilWatched();
        while (given.State.IsActive)
            given.Bucket(1);

        var watched = given.Then.OfType<RolloutEnded>().ShouldHaveSingleItem().Watched.ShouldNotBeNull();
        watched.ShouldContain("nothing could be judged at its end in");
        watched.ShouldNotContain("ap-1");
    }

    [Fact]
    public void Cancel_WhileItIsWatched_TakesOutWhatIsPromotedAndNothingTwice()
    {
        var given = UntilWatched();

        given.When(new CancelRollout(given.Now, "ann", null));

        given.Commands.ShouldAllBe(command => command.Command == CommandKind.Rollback);
        given.Commands.Select(command => command.Cluster).ShouldNotContain("ap-1");
        given.Commands.Count().ShouldBe(given.State.Clusters.Count(cluster => cluster.Withdrawn is null));
    }

    private static Given UntilWatched()
    {
        var given = Harmed(Baking(s_policy), "ap-1");
        for (var minute = 0; minute < 300 && given.State.Phase == RolloutPhase.Running; minute++)
            given.Acked().Healthy();
        return given;
    }
}
