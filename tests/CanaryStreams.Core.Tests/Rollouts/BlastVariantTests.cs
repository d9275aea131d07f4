using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;
using static CanaryStreams.Core.Tests.Rollouts.InPart;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>Variants in a rollout of which a part is taken back.</summary>
public class BlastVariantTests
{
    private static Signal Variant(string cluster, string name, bool harms = false) =>
        Given.Canary(cluster, harms ? Given.Anomalous : Given.Quiet, harms ? 0.9 : 0, variant: name);

    private static Given Healthy(Given given, params string[] variants) =>
        given.Bucket(
            1,
            [Given.Stable(given.CurrentCluster), .. variants.Select(variant => Variant(given.CurrentCluster, variant))]
        );

    [Fact]
    public void Harm_OfAllVariantsInTheFirstCluster_LetsThemBeComparedInTheNext()
    {
        var given = Given.Requested(Cluster, variants: ["a", "b"]).Acked();

        given.Bucket(1, Variant("eu-1", "a", harms: true), Variant("eu-1", "b", harms: true));

        given.Then.OfType<ClustersRolledBack>().ShouldHaveSingleItem();
        given
            .Commands.Select(c => $"{c.Cluster} {c.Command} {c.Variant} {c.WeightPct}")
            .ShouldBe(["eu-1 Rollback  0", "us-1 SetCanary a 3", "us-1 SetCanary b 2"]);
        for (var minute = 0; minute < 200 && given.State.IsActive; minute++)
            Healthy(given.Acked(), [.. given.State.RunningVariants]);
        given.History.OfType<VariantSelected>().ShouldHaveSingleItem().Basis.ShouldBe(VariantBasis.Tie);
        given.State.Outcome.ShouldBe(RolloutOutcome.PartlyPromoted);
    }

    [Fact]
    public void Harm_OfOneVariant_TakesItOutAloneWhateverTheBlast()
    {
        var given = Given.Requested(Cluster, variants: ["a", "b"]).Acked();

        given.Bucket(1, Variant("eu-1", "a", harms: true), Variant("eu-1", "b"));

        given.Then.OfType<ClustersRolledBack>().ShouldBeEmpty();
        given.Then.OfType<VariantRolledBack>().ShouldHaveSingleItem().Variant.ShouldBe("a");
    }

    [Fact]
    public void Harm_InTheClusterWhereTheyWereCompared_LeavesTheSelectedOneToTheOthers()
    {
        var given = Given.Requested(Cluster, ["eu-1", "us-1", "ap-1"], ["a", "b"]);
        while (given.CurrentCluster == "eu-1")
            Healthy(given.Acked(), "a", "b");
        var selected = given.State.SelectedVariant!;
        given.Acked();

        given.Bucket(1, Variant("eu-1", selected, harms: true));
        while (given.CurrentCluster != "ap-1")
            Healthy(given.Acked(), selected);

        given
            .History.OfType<CommandIssued>()
            .Where(e => e.Command.Cluster != "eu-1" && e.Command.Command != CommandKind.Promote)
            .ShouldAllBe(e => e.Command.Command == CommandKind.SetCanary && e.Command.Variant == selected);
        given.History.OfType<VariantSelected>().ShouldHaveSingleItem();
    }
}
