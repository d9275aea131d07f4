using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Simulation.Fleet;

namespace CanaryStreams.Core.Tests.Simulation.Fleet;

public class FleetMeasuresTests
{
    private static readonly FleetResult[] s_byHand =
    [
        // Good ones: promoted after 30 and 50 minutes, rolled back, given up.
        Given.Result(Good(0), RolloutOutcome.Promoted, minutes: 30),
        Given.Result(Good(1), RolloutOutcome.Promoted, minutes: 50),
        Given.Result(Good(2), RolloutOutcome.RolledBack, minutes: 12, decidedAt: 12),
        Given.Result(Good(3), RolloutOutcome.Cancelled, minutes: 540),
        // Bad ones: caught after 4 and 10 minutes, rolled back before anybody met the fault, promoted.
        Given.Result(Bad(4), RolloutOutcome.RolledBack, minutes: 9, met: 100, metAt: 5, decidedAt: 9),
        Given.Result(Bad(5), RolloutOutcome.RolledBack, minutes: 10, met: 300, metAt: 0, decidedAt: 10),
        Given.Result(Bad(6), RolloutOutcome.RolledBack, minutes: 5, decidedAt: 5),
        Given.Result(Bad(7), RolloutOutcome.Promoted, minutes: 20, met: 50, after: 1000, metAt: 2),
    ];

    [Fact]
    public void Measures_OfAHandMadeCase_AreCountedRight() =>
        FleetMeasures
            .Of(s_byHand)
            .ShouldBe(
                new FleetMeasures(
                    Rollouts: 8,
                    Bad: 4,
                    MetFault: 450,
                    MetInAll: 1450,
                    MinutesToPromotion: 40,
                    FalseRollbacks: 2,
                    Missed: 1,
                    Unfinished: 1,
                    DetectionMinutes: 7
                )
            );

    [Fact]
    public void Measures_OfAFaultThatMatchesNoCluster_AreThoseOfAGoodOne()
    {
        var update = Given.Update(HiddenFault.SmallMemory);

        update.IsBad.ShouldBeFalse();
        Given.Result(update, RolloutOutcome.Promoted, minutes: 8).MinutesToPromotion.ShouldBe(8);
    }

    [Fact]
    public void Compare_WithItself_IsNoChangeForCertain() =>
        PairedBootstrap
            .Compare(s_byHand, s_byHand, FleetMeasures.MetFaultOf, seed: 1)
            .ShouldBe(new RelativeChange(0, 0, 0));

    [Fact]
    public void Compare_WithTwiceAsMuchOfEach_IsHalfForCertain()
    {
        var twice = s_byHand.Select(result => result with { MetFault = 2 * result.MetFault }).ToList();

        var change = PairedBootstrap.Compare(s_byHand, twice, FleetMeasures.MetFaultOf, seed: 1);

        change.ShouldBe(new RelativeChange(-0.5, -0.5, -0.5));
    }

    [Fact]
    public void Compare_OfFewThatDiffer_IsUncertainAroundTheChangeAndTheSameForASeed()
    {
        var other = s_byHand
            .Select(result => result.Update.Number == 5 ? result with { MetFault = 30 } : result)
            .ToList();

        var change = PairedBootstrap.Compare(other, s_byHand, FleetMeasures.MetFaultOf, seed: 1);

        change.Change.ShouldBe(180.0 / 450 - 1, 1e-12);
        change.Lower.ShouldBeLessThan(change.Change);
        change.Upper.ShouldBeGreaterThan(change.Change);
        PairedBootstrap.Compare(other, s_byHand, FleetMeasures.MetFaultOf, seed: 1).ShouldBe(change);
    }

    [Fact]
    public void Compare_OfOtherUpdates_IsRefused() =>
        Should.Throw<ArgumentException>(() =>
            PairedBootstrap.Compare(s_byHand, s_byHand[1..], FleetMeasures.MetFaultOf, seed: 1)
        );

    [Fact]
    public void Calibration_OfAHandMadeCase_IsCountedRight()
    {
        var calibration = RiskCalibration.Of(
            [
                Given.Result(Bad(0), RolloutOutcome.RolledBack, plan: [("new", 0.1), ("old", 0.9)]),
                Given.Result(Bad(1), RolloutOutcome.RolledBack, plan: [("old", 0.1), ("new", 0.3)]),
                Given.Result(Good(2), RolloutOutcome.Promoted, plan: [("old", 0.0), ("new", 0.1)]),
            ],
            result => result.FirstPlan
        );

        calibration.Cases.ShouldBe(6);
        calibration.PartlyHurt.ShouldBe(2);
        calibration.VulnerableLast.ShouldBe(1);
        // Squared errors .01, .01, .81, .09, 0 and .01 against 6 · ⅓ · ⅔ of the base rate.
        calibration.BrierSkill.ShouldBe(1 - 0.93 / (6 * 2 / 9.0), 1e-9);
        calibration.Deciles.Select(one => (one.From, one.Cases)).ShouldBe([(0, 1), (0.1, 3), (0.3, 1), (0.9, 1)]);
        calibration.Deciles[1].Observed.ShouldBe(1 / 3.0, 1e-9);
    }

    private static FleetUpdate Good(int number) => Given.Update(HiddenFault.None, number: number);

    private static FleetUpdate Bad(int number) => Given.Update(HiddenFault.OldKernel, number: number);
}
