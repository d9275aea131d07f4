using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Tests.Rollouts;

public class RolloutTests
{
    [Fact]
    public void Request_OfSomethingNew_PlansFirstAndThenCommandsTheFirstStep()
    {
        var given = Given.Requested();

        given
            .Then.Select(e => e.GetType())
            .ShouldBe([typeof(RolloutRequested), typeof(RolloutPlanned), typeof(CommandIssued)]);
        var command = given.Commands.Single();
        command.Id.ShouldBe("checkout-2.4.1/1");
        command.Command.ShouldBe(CommandKind.SetCanary);
        command.Cluster.ShouldBe("eu-1");
        command.WeightPct.ShouldBe(5);
        command.Epoch.ShouldBe(1);
        command.Expires.ShouldBe(Given.Start.AddMinutes(30));
    }

    [Fact]
    public void Request_AskedTwice_SaysNothing()
    {
        var given = Given.Requested();

        given.When(new RequestRollout(Given.Start, Given.Request(), Given.Policy));

        given.Then.ShouldBeEmpty();
        given.Refusal.ShouldBeNull();
    }

    [Fact]
    public void Request_WhileAnotherRuns_IsRefusedForGood()
    {
        var given = new Given().When(new RequestRollout(Given.Start, Given.Request(), Given.Policy, Running: "other"));

        given.Then.ShouldHaveSingleItem().ShouldBeOfType<RolloutRefused>().Reason.ShouldContain("'other'");
        given.When(new RequestRollout(Given.Start, Given.Request(), Given.Policy)).Then.ShouldBeEmpty();
        given.State.Phase.ShouldBe(RolloutPhase.Refused);
    }

    [Fact]
    public void Request_NamingAClusterTwice_IsRefusedWithTheName()
    {
        var request = new RequestRollout(Given.Start, Given.Request(["eu-1", "eu-1"]), Given.Policy);

        new Given()
            .When(request)
            .Then.ShouldHaveSingleItem()
            .ShouldBeOfType<RolloutRefused>()
            .Reason.ShouldContain("eu-1");
    }

    [Fact]
    public void HealthyRollout_AllAcksAndBuckets_IsPromotedClusterByCluster()
    {
        var given = Given.Requested();
        var minutes = 0;
        while (given.State.Phase == RolloutPhase.Running)
        {
            given.Acked().Healthy();
            minutes++.ShouldBeLessThan(100);
        }

        given.State.Outcome.ShouldBe(RolloutOutcome.Promoted);
        given.State.Clusters.ShouldAllBe(c => c.Stage == ClusterStage.Promoted && c.WeightPct == 100);
        var commands = given
            .History.OfType<CommandIssued>()
            .Select(e => $"{e.Command.Cluster} {e.Command.Command} {e.Command.WeightPct}");
        commands.ShouldBe([
            "eu-1 SetCanary 5",
            "eu-1 SetCanary 25",
            "eu-1 Promote 100",
            "us-1 SetCanary 5",
            "us-1 SetCanary 25",
            "us-1 Promote 100",
        ]);
        minutes.ShouldBe(42);
    }

    [Fact]
    public void Bake_BeforeItsTime_DoesNotGrow()
    {
        var given = Given.Requested().Acked().HealthyMinutes(9);

        given.State.Step!.Index.ShouldBe(0);
        given.Healthy().State.Step!.Index.ShouldBe(1);
    }

    [Fact]
    public void LoneStepOfHundred_IsBaked()
    {
        var given = Given.Requested(Given.Policy with { Steps = [100] }, ["eu-1"]).Acked();

        given.HealthyMinutes(9).State.Step!.Phase.ShouldBe(StepPhase.Baking);
        given.Healthy().Commands.Single().Command.ShouldBe(CommandKind.Promote);
    }

    [Fact]
    public void Variants_RunSideBySideAndTheBetterIsPromotedEverywhere()
    {
        var given = Given.Requested(variants: ["a", "b"]);
        given.Commands.Select(c => $"{c.Variant} {c.WeightPct}").ShouldBe(["a 3", "b 2"]);
        given.Acked();
        given.State.Clusters[0].WeightPct.ShouldBe(5);

        while (given.State.Step!.Phase != StepPhase.Selecting)
            given.Acked().Bucket(1, Given.Stable("eu-1"), Variant("a", 0.001), Variant("b", -0.001));

        given
            .Commands.Single()
            .ShouldSatisfyAllConditions(
                c => c.Command.ShouldBe(CommandKind.SelectVariant),
                c => c.Variant.ShouldBe("b")
            );
        given.Acked();
        given.Commands.Single().Variant.ShouldBe("b");
        given.Acked();
        given
            .Commands.Single()
            .ShouldSatisfyAllConditions(c => c.Cluster.ShouldBe("us-1"), c => c.Variant.ShouldBe("b"));
    }

    [Fact]
    public void Variant_ThatIsSilent_IsNotChosen()
    {
        var given = Given.Requested(variants: ["a", "b", "c"]);
        while (given.State.Step!.Phase != StepPhase.Selecting)
            given.Acked().Bucket(1, Given.Stable("eu-1"), Variant("c", 0.0015));

        given.Commands.Single().Variant.ShouldBe("c");
    }

    [Fact]
    public void Variants_WithoutAClearDifference_LeaveTheFirstOfTheRequest()
    {
        var given = Given.Requested(variants: ["a", "b"]);
        while (given.State.Step!.Phase != StepPhase.Selecting)
            given.Acked().Bucket(1, Given.Stable("eu-1"), Variant("a", 0.001, 0.002), Variant("b", -0.001, 0.002));

        var command = given.Commands.Single();
        command.Variant.ShouldBe("a");
        command.Reason.Summary.ShouldContain("no difference seen between a, b");
    }

    private static Signal Variant(string name, double effect, double margin = 0.0004) =>
        Given.Canary(
            "eu-1",
            Given.Quiet with
            {
                Effect = effect,
                EffectLower = effect - margin,
                EffectUpper = effect + margin,
            },
            variant: name
        );
}
