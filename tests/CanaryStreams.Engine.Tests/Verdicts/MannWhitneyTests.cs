using CanaryStreams.Cli.Verdicts;
using CanaryStreams.Core.Simulation;
using MathNet.Numerics.Distributions;

namespace CanaryStreams.Engine.Tests.Verdicts;

public class MannWhitneyTests
{
    private static readonly double[] s_treated = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    private static readonly double[] s_control = [1.15, 0.88, 0.90, 0.74, 1.21];

    /// <summary>Hollander and Wolfe's permeability of the placenta, the example of R's wilcox.test: W = 35, no ties.</summary>
    [Fact]
    public void Z_OfHollanderAndWolfesExample_IsThatOfTheirRankSum()
    {
        // The mean of W is 25, its variance 10 · 5 · 16 / 12.
        MannWhitney.Z(s_treated, s_control).ShouldBe((35 - 25 - 0.5) / Math.Sqrt(10 * 5 * 16 / 12.0), 1e-12);
        MannWhitney.Z(s_control, s_treated).ShouldBe(-MannWhitney.Z(s_treated, s_control), 1e-12);
        // R: wilcox.test(…, alternative = "g") gives 0.1272 exactly; the normal approximation comes near.
        (1 - Normal.CDF(0, 1, MannWhitney.Z(s_treated, s_control))).ShouldBe(0.1272, 0.01);
    }

    [Fact]
    public void Z_OfTiedValues_CountsPairsAndCorrectsTheVariance()
    {
        double[] x = [0, 0, 0, 1, 2, 2, 5];
        double[] y = [0, 0, 1, 1, 3];
        var above = x.Sum(a =>
            y.Sum(b =>
                a > b ? 1
                : a == b ? 0.5
                : 0
            )
        );
        // Five zeros, three ones, two twos.
        var ties = 5 * 5 * 5 - 5 + (3 * 3 * 3 - 3) + (2 * 2 * 2 - 2);
        var variance = 7 * 5 / 12.0 * (13 - ties / (12.0 * 11));
        var beyond = above - 7 * 5 / 2.0;
        MannWhitney.Z(x, y).ShouldBe((beyond - 0.5 * Math.Sign(beyond)) / Math.Sqrt(variance), 1e-12);
    }

    [Fact]
    public void Z_OfEqualValues_IsZero() => MannWhitney.Z([3, 3, 3], [3, 3]).ShouldBe(0);

    [Fact]
    public void Z_OfSamplesOfOneLaw_ExceedsTheQuantileAsOftenAsItShould()
    {
        var random = new SeededRandom(8);
        var beyond = Enumerable.Range(0, 4000).Count(_ => MannWhitney.Z(Draw(30), Draw(20)) > 2.326348);
        beyond.ShouldBeInRange(20, 62);

        double[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Normal())];
    }

    [Fact]
    public void Shift_OfAShiftedSample_IsTheMedianOfAllDifferences()
    {
        MannWhitney.Shift([.. s_control.Select(value => value + 4)], s_control).ShouldBe(4, 1e-12);
        // R: wilcox.test(x, y, conf.int = TRUE)$estimate of the example above.
        MannWhitney.Shift(s_treated, s_control).ShouldBe(0.305, 1e-9);
    }

    [Fact]
    public void Z_ShiftedByTheEstimate_SeesNoDifferenceAnyMore()
    {
        var shift = MannWhitney.Shift(s_treated, s_control);
        Math.Abs(MannWhitney.Z(s_treated, s_control, shift)).ShouldBeLessThan(0.1);
    }
}
