using CanaryStreams.Core.Planning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>Which clusters count as like one that has failed: by what is believed after it, or by their profiles.</summary>
public class SimilarBlastTests
{
    private static readonly Policy s_similar = Given.Policy with { Blast = BlastRule.Similar, Steps = null };

    private static ClusterProfile Ordinary(string name) =>
        new()
        {
            Name = name,
            LoadPct = 40,
            Instances = 20,
            Kernel = "6.6",
            MemoryGb = 32,
            Network = "25g",
        };

    private static Given Requested(RiskBelief? belief, params ClusterProfile[] clusters)
    {
        var given = new Given { Impact = belief is null ? null : new BelievingImpact(belief) };
        var request = Given.Request(change: new ChangeProfile { Lines = 10 }) with { Clusters = clusters };
        return given.When(new RequestRollout(Given.Start, request, s_similar)).Acked();
    }

    private static Given Harmed(Given given) => given.Bucket(1, Given.Pair(given.CurrentCluster, Given.Anomalous, 0.9));

    private static RiskBelief Says(params (string Cluster, double Risk)[] risks) =>
        state =>
            state.Clusters.Any(c => c.HasFailed)
                ? new RevisedBelief("impact/1@5", "eu-1 failed", risks.ToDictionary(r => r.Cluster, r => r.Risk))
                : null;

    [Fact]
    public void Belief_TakesOutThoseWhoseRiskIsVeryHighAndReplansTheOthers()
    {
        var given = Requested(
            Says(("us-1", 0.7), ("ap-1", 0.3), ("eu-2", 0.2)),
            [.. new[] { "eu-1", "us-1", "ap-1", "eu-2" }.Select(Ordinary)]
        );
        var before = given.State.Plan!.Clusters[0].Risk;

        Harmed(given);

        var e = given.Then.OfType<ClustersRolledBack>().ShouldHaveSingleItem();
        e.Model.ShouldBe("impact/1@5");
        e.Out.Select(o => (o.Cluster, o.Failed, o.After)).ShouldBe([("eu-1", true, before), ("us-1", false, 0.7)]);
        e.GoOn.Select(o => (o.Cluster, o.After)).ShouldBe([("ap-1", 0.3), ("eu-2", 0.2)]);
        e.Out[1].Before.ShouldBe(before);
        e.Scope.ShouldStartWith(
            $"out: eu-1 (it failed), us-1 (risk {before:0.00} before and 0.70 now, not below 0.65); going on: ap-1 (risk"
        );
        given.Then.OfType<PlanRevised>().ShouldHaveSingleItem().Risks.Select(r => r.Cluster).ShouldBe(["eu-2", "ap-1"]);
        given
            .Commands.Select(c => $"{c.Cluster} {c.Command} {c.WeightPct}")
            .ShouldBe(["eu-1 Rollback 0", "eu-2 SetCanary 10"]);
        given.State.Clusters.Single(c => c.Name == "us-1").Withdrawn!.From.ShouldBe(ClusterStage.Waiting);
        while (given.State.IsActive)
            given.Acked().Healthy();
        given.State.Outcome.ShouldBe(RolloutOutcome.PartlyPromoted);
        given.History.OfType<CommandIssued>().ShouldAllBe(issued => issued.Command.Cluster != "us-1");
    }

    [Fact]
    public void Belief_ThatAllAreAtRisk_RollsBackEverywhereAndSaysWhy()
    {
        var given = Requested(Says(("us-1", 0.9)), Ordinary("eu-1"), Ordinary("us-1"));

        Harmed(given);

        given.Then[0].ShouldBeOfType<RollbackDecided>().Summary.ShouldContain("; out everywhere: us-1 (risk ");
        given.Acked().State.Outcome.ShouldBe(RolloutOutcome.RolledBack);
    }

    [Fact]
    public void Belief_TakesBackPromotedClustersToo()
    {
        var given = Requested(
            Says(("eu-1", 0.8), ("ap-1", 0.1)),
            [.. new[] { "eu-1", "us-1", "ap-1" }.Select(Ordinary)]
        );
        while (given.CurrentCluster == "eu-1")
            given.Acked().Healthy();
        given.Acked();

        given.Bucket(1, Given.Pair("us-1", Given.Anomalous, 0.9));

        given.Commands.Select(c => $"{c.Cluster} {c.Command}").ShouldContain("eu-1 Rollback");
        given.Commands.First(c => c.Cluster == "eu-1").Reason.Summary.ShouldStartWith("risk ");
        while (given.State.IsActive)
            given.Acked().Healthy();
        given.State.Clusters.Where(c => c.Stage == ClusterStage.Promoted).Select(c => c.Name).ShouldBe(["ap-1"]);
        given.State.Clusters.Single(c => c.Name == "eu-1").HasSurvived.ShouldBeTrue();
    }

    [Fact]
    public void Revision_AfterAFailure_NumbersWavesOnBehindTheOneThatGrows()
    {
        var names = new[] { "eu-1", "us-1", "ap-1", "eu-2", "us-2", "ap-2", "eu-3" };
        var given = Requested(
            Says([.. names.Select(name => (name, name is "us-2" ? 0.9 : 0.01))]),
            [.. names.Select(Ordinary)]
        );
        Harmed(given);
        given.Acked();

        var waves = given.State.Plan!.Clusters.Skip(2).Select(c => (c.Name, c.Wave)).ToList();

        given.CurrentClusters.ShouldBe(["us-1"]);
        given.State.Plan.Clusters.Take(2).ShouldAllBe(c => c.Wave == null);
        waves.ShouldBe([("us-1", 3), ("ap-1", 4), ("eu-2", 4), ("ap-2", 5), ("eu-3", 5)]);
    }

    [Theory]
    [InlineData("old")]
    [InlineData("busy")]
    [InlineData("small")]
    [InlineData("slow")]
    [InlineData("few")]
    public void RuleOfThumb_TakesOutThoseThatShareWhatIsVulnerable(string trait)
    {
        var failing = Weak("eu-1", trait) with { Name = "eu-1" };
        var given = Requested(
            null,
            failing with
            {
                LoadPct = trait == "busy" ? 75 : 30,
            },
            Weak("us-1", trait),
            Ordinary("ap-1")
        );
        while (given.CurrentCluster != "eu-1")
            given.Acked().Healthy();
        given.Acked();

        Harmed(given);

        var e = given.Then.OfType<ClustersRolledBack>().ShouldHaveSingleItem();
        e.Out.Select(o => o.Cluster).ShouldBe(["eu-1", "us-1"]);
        e.GoOn.Select(o => o.Cluster).ShouldBe(["ap-1"]);
        e.Model.ShouldBeNull();
        e.Out.ShouldAllBe(o => o.After == null);
        e.Out[1].Because.ShouldEndWith(" as in eu-1");
        e.GoOn[0].Because.ShouldStartWith("without ");
    }

    [Fact]
    public void RuleOfThumb_CountsWhatIsUnknownAsAlike()
    {
        var old = Ordinary("eu-1") with { Kernel = "4.18", LoadPct = 1 };
        var given = Requested(
            null,
            old,
            new ClusterProfile { Name = "us-1" },
            Ordinary("ap-1") with
            {
                Kernel = null,
            },
            Ordinary("eu-2")
        );
        while (given.CurrentCluster != "eu-1")
            given.Acked().Healthy();

        Harmed(given);

        given.Then.OfType<ClustersRolledBack>().ShouldHaveSingleItem().GoOn.Select(o => o.Cluster).ShouldBe(["eu-2"]);
    }

    [Fact]
    public void RuleOfThumb_WhereNothingSetsTheFailingOneApart_RollsBackEverywhere()
    {
        var given = Harmed(Requested(null, Ordinary("eu-1"), Ordinary("us-1")));

        given
            .Then[0]
            .ShouldBeOfType<RollbackDecided>()
            .Summary.ShouldContain("nothing that is known of eu-1 says why it failed and others wouldn't");
    }

    private static ClusterProfile Weak(string name, string trait) =>
        trait switch
        {
            "old" => Ordinary(name) with { Kernel = "4.18" },
            "busy" => Ordinary(name) with { LoadPct = 80 },
            "small" => Ordinary(name) with { MemoryGb = 4 },
            "slow" => Ordinary(name) with { Network = "1g" },
            _ => Ordinary(name) with { Instances = 2 },
        };
}
