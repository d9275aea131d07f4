using System.Text;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Tests.Rollouts;

public sealed class VariantTests
{
    private const string Errors = "error_rate";
    private const string Conversion = "conversion";

    [Fact]
    public void Winner_OnceTheStepHasBaked_TakesTheNextStepAlone()
    {
        var given = Given.Requested(variants: ["a", "b"]).Acked();

        Until(given, 9, Signal("a"), Signal("b", Proven("a"))).State.SelectedVariant.ShouldBeNull();
        Until(given, 1, Signal("a"), Signal("b", Proven("a"))).State.SelectedVariant.ShouldBe("a");

        given.Commands.Select(Shown).ShouldBe(["eu-1 SelectVariant a 25"]);
        var selected = given.Then.OfType<VariantSelected>().Single();
        selected.Basis.ShouldBe(VariantBasis.Stability);
        selected.Evidence.ShouldHaveSingleItem().Over.ShouldBe("b");
        selected.Reason.ShouldBe(
            "the most stable: error_rate of b differs by +1 points (0.5…1.5) from that of a, e-value 5000 against 1000"
        );
        given.Acked().State.Step!.Phase.ShouldBe(StepPhase.Baking);
    }

    [Fact]
    public void Winner_OfAnEarlyStep_GoesOnByItselfAndIsPromotedWithoutBeingSelectedAgain()
    {
        var given = Given.Requested(variants: ["a", "b"]).Acked();
        Until(given, 10, Signal("a"), Signal("b", Proven("a"))).Acked();

        // What still comes of the other one is neither harm nor silence.
        Until(given, 10, Signal("a"), Signal("b") with { Evidence = Given.Anomalous, Forecast = Sure });

        given.Commands.Select(Shown).ShouldBe(["eu-1 Promote a 100"]);
        given.Acked().Commands.Select(Shown).ShouldBe(["us-1 SetCanary a 5"]);
    }

    [Fact]
    public void Winner_WhoseRivalIsSuspicious_IsSelectedAndWhatIsOpenOfTheRivalIsForgotten()
    {
        var given = Given.Requested(variants: ["a", "b"]).Acked();

        Until(given, 10, Signal("a"), Signal("b", Proven("a")) with { Evidence = Given.Anomalous });

        given.State.SelectedVariant.ShouldBe("a");
        given.History.OfType<AnomalyNoted>().ShouldHaveSingleItem();
        given.State.Anomalies.ShouldBeEmpty();
    }

    [Fact]
    public void Winner_ThatIsSuspiciousItself_IsNotSelected() =>
        Until(
            Given.Requested(variants: ["a", "b"]).Acked(),
            15,
            Signal("a") with
            {
                Evidence = Given.Suspicious,
            },
            Signal("b", Proven("a"))
        )
            .State.SelectedVariant.ShouldBeNull();

    [Fact]
    public void Winner_OfThree_HasToBeatBothOthers()
    {
        var given = Given.Requested(variants: ["a", "b", "c"]).Acked();

        Until(given, 10, Signal("a"), Signal("b"), Signal("c", Proven("a"), Proven("b")));
        given.State.SelectedVariant.ShouldBeNull();

        given.Acked();
        Until(given, 10, Signal("a", Proven("b")), Signal("b"), Signal("c", Proven("b")));
        given.State.SelectedVariant.ShouldBe("b");
    }

    [Fact]
    public void Variants_EachWorseThanTheOtherInSomething_HaveNoWinner() =>
        Until(
            Given.Requested(variants: ["a", "b"]).Acked(),
            10,
            Signal("a", Proven("b")),
            Signal("b"),
            Signal("b", Proven("a")) with
            {
                Metric = "latency_ms",
            }
        )
            .State.SelectedVariant.ShouldBeNull();

    [Theory]
    [InlineData(false, "a", VariantBasis.Kpi)]
    [InlineData(true, "b", VariantBasis.Stability)]
    public void Kpis_DecideOnlyBetweenVariantsThatAreAlikeInStability(bool differs, string winner, VariantBasis basis)
    {
        var policy = Given.Policy with { Kpis = [Conversion] };
        var given = Given.Requested(policy, variants: ["a", "b"]).Acked();

        Until(
            given,
            10,
            differs ? Signal("a", Proven("b")) : Signal("a"),
            Signal("b"),
            Signal("a") with
            {
                Metric = Conversion,
            },
            Signal("b", Proven("a")) with
            {
                Metric = Conversion,
            }
        );

        var selected = given.Then.OfType<VariantSelected>().Single();
        selected.Variant.ShouldBe(winner);
        selected.Basis.ShouldBe(basis);
    }

    [Theory]
    [InlineData(VariantTie.First, "a")]
    [InlineData(VariantTie.LeastHarm, "b")]
    public void LastStep_WithoutAWinner_WaitsForTheDeadlineAndThenForThePolicysRule(VariantTie tie, string taken)
    {
        var given = Given.Requested(Given.Policy with { Steps = [50, 100], Tie = tie }, ["eu-1"], ["a", "b"]).Acked();

        Until(given, 29, Effect("a", 0.001), Effect("b", -0.001)).State.Step!.Phase.ShouldBe(StepPhase.Baking);
        Until(given, 1, Effect("a", 0.001), Effect("b", -0.001));

        given.Commands.Select(Shown).ShouldBe([$"eu-1 SelectVariant {taken} 50"]);
        given.Then.OfType<VariantSelected>().Single().Basis.ShouldBe(VariantBasis.Tie);
        given.Acked().Commands.Select(Shown).ShouldBe([$"eu-1 Promote {taken} 100"]);
    }

    [Fact]
    public void LastStep_WithoutAWinnerWhereThePolicyHolds_AsksAPerson()
    {
        var policy = Given.Policy with { Steps = [50, 100], Tie = VariantTie.Hold };
        var given = Given.Requested(policy, ["eu-1"], ["a", "b"]).Acked();

        Until(given, 30, Effect("a", 0.001), Effect("b", -0.001));

        var held = given.Then.OfType<RolloutHeld>().Single();
        held.Kind.ShouldBe(HoldKind.Inconclusive);
        held.Reason.ShouldContain("none of the variants a, b has won after 30 min");
        given.State.SelectedVariant.ShouldBeNull();
    }

    [Fact]
    public void Deadline_ThatTheClockLetsPass_IsTiedByTheSameRule()
    {
        var given = Given.Requested(Given.Policy with { Steps = [50, 100] }, ["eu-1"], ["a", "b"]).Acked();
        Until(given, 29, Effect("a", 0.001), Effect("b", -0.001));

        given.Pass(given.State.Step!.DecideAt!.Value);

        given.Then.OfType<VariantSelected>().Single().Variant.ShouldBe("a");
    }

    [Fact]
    public void HarmOfOneOfTwo_TakesOutThatOneAndLeavesTheOtherAtTheStepsWeight()
    {
        var given = Given.Requested(variants: ["a", "b"]).Acked();

        Until(given, 3, Signal("a"), Harmful("b"));

        given.Then.OfType<RollbackDecided>().ShouldBeEmpty();
        var gone = given.History.OfType<VariantRolledBack>().Single();
        gone.Variant.ShouldBe("b");
        gone.Summary.ShouldContain("rolled back in eu-1 (variant b): error_rate is");
        gone.Others.ShouldNotBeNull().ShouldContain(standing => standing.Variant == "a");
        given.History.OfType<VariantSelected>().Single().Basis.ShouldBe(VariantBasis.LastLeft);
        given
            .History.OfType<CommandIssued>()
            .Last()
            .Command.ShouldSatisfyAllConditions(
                command => Shown(command).ShouldBe("eu-1 SelectVariant a 5"),
                command => command.Reason.Summary.ShouldContain("rolled back in eu-1 (variant b)")
            );
        given.State.Phase.ShouldBe(RolloutPhase.Running);
    }

    [Fact]
    public void HarmOfOneOfThree_SharesTheWeightAnewBetweenTheOthers()
    {
        var given = Given.Requested(Given.Policy with { Steps = [30, 100] }, variants: ["a", "b", "c"]).Acked();

        given.Bucket(1, Given.Stable("eu-1"), Signal("a"), Harmful("b"), Signal("c"));

        given.Commands.Select(Shown).ShouldBe(["eu-1 SetCanary b 0", "eu-1 SetCanary a 15", "eu-1 SetCanary c 15"]);
        given.State.RunningVariants.ShouldBe(["a", "c"]);
        given.Acked().State.Clusters[0].WeightPct.ShouldBe(30);
        Until(given, 10, Signal("a", Proven("c")), Signal("c")).State.SelectedVariant.ShouldBe("c");
    }

    [Fact]
    public void HarmOfEveryVariant_RollsBackTheVersion()
    {
        var given = Given.Requested(variants: ["a", "b"]).Acked();

        given.Bucket(1, Given.Stable("eu-1"), Harmful("a"), Harmful("b"));

        given.Then.OfType<RollbackDecided>().ShouldHaveSingleItem();
    }

    [Fact]
    public void HarmOfTheOneLeft_RollsBackTheVersion()
    {
        var given = Given.Requested(variants: ["a", "b"]).Acked();
        given.Bucket(1, Given.Stable("eu-1"), Signal("a"), Harmful("b")).Acked();

        given.Bucket(1, Given.Stable("eu-1"), Harmful("a"), Harmful("b"));

        given.Then.OfType<RollbackDecided>().Single().Evidence.ShouldAllBe(e => e.Variant == "a");
    }

    [Fact]
    public void Selected_WithItsEvidence_IsTheGoldenFileAndBack()
    {
        var selected = new VariantSelected(
            Given.Start,
            "a",
            "the most stable",
            VariantBasis.Stability,
            [new VariantMargin("b", Errors, false, 0.01, 0.005, 0.015, 5000, 1000)]
        );

        Golden.ShouldMatch("explained.rollout.variant-selected.v1.json", EventCodec.Encode(selected));

        var decoded = EventCodec.Decode("rollout.variant-selected.v1", EventCodec.Encode(selected));
        Encoding
            .UTF8.GetString(EventCodec.Encode(decoded))
            .ShouldBe(Encoding.UTF8.GetString(EventCodec.Encode(selected)));
    }

    private static SignalForecast Sure { get; } = new(0.99, null);

    private static Given Until(Given given, int minutes, params Signal[] signals)
    {
        for (var i = 0; i < minutes; i++)
            given.Bucket(1, [.. Stable(signals), .. signals]);
        return given;
    }

    private static IEnumerable<Signal> Stable(IEnumerable<Signal> signals) =>
        signals.Select(s => s.Metric).Distinct().Select(metric => Given.Stable("eu-1") with { Metric = metric });

    private static Signal Signal(string variant, params SignalVersus[] versus) =>
        Given.Canary("eu-1", variant: variant) with
        {
            Versus = versus,
        };

    private static Signal Harmful(string variant) => Given.Canary("eu-1", Given.Anomalous, 0.9, variant: variant);

    private static Signal Effect(string variant, double effect) =>
        Given.Canary(
            "eu-1",
            Given.Quiet with
            {
                Effect = effect,
                EffectLower = effect - 0.003,
                EffectUpper = effect + 0.003,
            },
            variant: variant
        );

    private static SignalVersus Proven(string other, double eValue = 5000) =>
        new(other, eValue, 1000, 0.01, 0.005, 0.015, WorthIt: true);

    private static string Shown(ControlCommand c) => $"{c.Cluster} {c.Command} {c.Variant} {c.WeightPct}";
}
