using CanaryStreams.Core.Planning;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Core.Tests.Planning;

/// <summary>Canary weights by risk and by what can be decided.</summary>
public class CanaryStepsTests
{
    private static readonly RiskScale[] s_scales = [RiskScale.RuleOfThumb, RiskScale.Probability];

    [Fact]
    public void Of_AnyNeed_NoStepIsLargerForAHigherRisk() =>
        ForAll(
            (scale, one, other, least) =>
            {
                var (low, high) = (Math.Min(one, other), Math.Max(one, other));
                var (lower, higher) = (CanarySteps.Of(scale, low, least), CanarySteps.Of(scale, high, least));
                return higher.Count >= lower.Count && lower.Zip(higher).All(step => step.First >= step.Second);
            }
        );

    [Fact]
    public void Of_AnyNeed_IsNeverBelowItAndRisesToAHundred() =>
        ForAll(
            (scale, risk, _, least) =>
            {
                var steps = CanarySteps.Of(scale, risk, least);
                return steps[0] >= (least ?? 1)
                    && steps[^1] == 100
                    && steps.Zip(steps.Skip(1)).All(pair => pair.First < pair.Second);
            }
        );

    [Fact]
    public void Of_ALargerNeed_NeverBeginsSmaller() =>
        ForAll(
            (scale, risk, _, least) =>
                least is not { } pct
                || pct == CanaryNeeds.MostWeightPct
                || CanarySteps.Of(scale, risk, pct)[0] <= CanarySteps.Of(scale, risk, pct + 1)[0]
        );

    [Theory]
    [InlineData(0.03, 1, new[] { 2, 10, 25, 100 })]
    [InlineData(0.03, 2, new[] { 2, 10, 50, 100 })]
    [InlineData(0.03, 7, new[] { 7, 25, 50, 100 })]
    [InlineData(0.001, 7, new[] { 7, 25, 100 })]
    [InlineData(0.001, 40, new[] { 40, 100 })]
    [InlineData(0.1, 1, new[] { 2, 5, 20, 100 })]
    [InlineData(0.1, 4, new[] { 4, 10, 20, 50, 100 })]
    public void Of_ANeed_RaisesWhatIsBelowItAndLowersWhatIsFarAbove(double risk, int least, int[] expected) =>
        CanarySteps.Of(RiskScale.Probability, risk, least).ShouldBe(expected);

    [Fact]
    public void Of_NothingKnown_IsTheLadderOfTheRisk() =>
        CanarySteps.Of(RiskScale.RuleOfThumb, 0.5, null).ShouldBe(RiskScale.RuleOfThumb.StepsFor(0.5));

    [Fact]
    public void After_StepsBehindIt_StayAsTheyWere()
    {
        CanarySteps.After([2, 10, 50, 100], 0, [7, 25, 100]).ShouldBe([7, 25, 100]);
        CanarySteps.After([2, 10, 50, 100], 1, [7, 25, 100]).ShouldBe([2, 7, 25, 100]);
        CanarySteps.After([2, 10, 50, 100], 2, [7, 25, 100]).ShouldBe([2, 10, 25, 100]);
    }

    [Fact]
    public void After_NothingSmallerThanAllIsLeft_KeepsTheStepUnderWay()
    {
        CanarySteps.After([2, 5, 20, 50, 100], 3, [2, 5, 20, 100]).ShouldBe([2, 5, 20, 50, 100]);
        CanarySteps.After([30, 50, 100], 1, [2, 10, 25, 100]).ShouldBe([30, 50, 100]);
    }

    [Fact]
    public void After_AnyStepUnderWay_LeavesOneThatBakes() =>
        ForAll(
            (scale, risk, other, least) =>
            {
                var (before, steps) = (CanarySteps.Of(scale, risk, null), CanarySteps.Of(scale, other, least));
                return Enumerable
                    .Range(0, before.Count - 1)
                    .All(passed => CanarySteps.After(before, passed, steps) is var after && after[passed] < 100);
            }
        );

    private static void ForAll(Func<RiskScale, double, double, int?, bool> holds) =>
        Prop.ForAll(
                Gen.Choose(0, 1 << 20).ArrayOf(4).ToArbitrary(),
                numbers =>
                    holds(
                        s_scales[numbers[0] % s_scales.Length],
                        Risk(numbers[1]),
                        Risk(numbers[2]),
                        numbers[3] % 60 is var least and (> 0 and <= CanaryNeeds.MostWeightPct) ? least : null
                    )
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    /// <summary>Half of them where the ranges of probabilities lie close together.</summary>
    private static double Risk(int number) => number % 1000 / 1000.0 * (number % 2 == 0 ? 1 : 0.2);
}
