using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Simulation;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Core.Tests.Learning;

public class ThresholdTests
{
    private const double Share = 0.001;

    /// <summary>What half of the rollouts reach is exponential of this mean; the others' effect is never worth it.</summary>
    private static ThresholdCalibration Learn(int count, double mean)
    {
        var random = new SeededRandom(5);
        return ThresholdCalibration
            .Learn([
                .. Enumerable
                    .Range(0, count)
                    .Select(i => i % 2 == 0 ? double.NegativeInfinity : -mean * Math.Log(1 - random.NextDouble())),
            ])
            .ShouldNotBeNull();
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(1.0)]
    [InlineData(1.4)]
    public void Learn_ExponentialTail_GivesItsQuantiles(double mean)
    {
        var calibration = Learn(4000, mean);

        foreach (var probability in new[] { 0.01, 0.001, 0.0001 })
        {
            var truth = mean * Math.Log(0.5 / probability);
            calibration.LogE(probability).ShouldBe(truth, 0.12 * truth);
            calibration.Reached(calibration.LogE(probability)).ShouldBe(probability, 1e-9);
        }
    }

    [Fact]
    public void Learn_FewRollouts_ErrsTowardsVille()
    {
        var few = Learn(40, 0.3).LogE(Share);

        few.ShouldBeGreaterThan(Learn(4000, 0.3).LogE(Share));
        few.ShouldBeGreaterThan(0.3 * Math.Log(0.5 / Share));
    }

    [Fact]
    public void Learn_FewerThanTwenty_NothingAndNoRelief()
    {
        var largest = Enumerable.Repeat(double.NegativeInfinity, 20).ToArray();

        ThresholdCalibration.Learn(largest[..19]).ShouldBeNull();
        ThresholdCalibration.Learn(largest).ShouldNotBeNull();
        ThresholdRelief.Of(Share, [null]).ShouldBe([0]);
        ThresholdRelief.Of(Share, []).ShouldBeEmpty();
    }

    [Fact]
    public void Of_EvidenceThatNeverRises_TheMostRelief() =>
        ThresholdRelief.Of(Share, [Learn(2000, 0.05)]).ShouldBe([ThresholdRelief.Most]);

    [Fact]
    public void Of_EvidenceThatRisesBeyondVille_TheThresholdIsRaisedByOneNatAtMost() =>
        ThresholdRelief.Of(Share, [Learn(2000, 3)]).ShouldBe([ThresholdRelief.Least]);

    [Fact]
    public void Of_WhatOneMetricLeaves_TheOtherMaySpend()
    {
        var (busy, quiet) = (Learn(2000, 0.9), Learn(2000, 0.05));

        var alone = ThresholdRelief.Of(Share, [busy])[0];
        var together = ThresholdRelief.Of(Share, [busy, quiet])[0];
        var unknown = ThresholdRelief.Of(Share, [busy, null]);

        busy.Reached(-Math.Log(Share) - alone).ShouldBe(Share, 1e-6 * Share);
        quiet.Reached(-Math.Log(Share) - ThresholdRelief.Most).ShouldBeLessThan(1e-3 * Share);
        busy.Reached(-Math.Log(Share) - together).ShouldBe(2 * Share, 1e-2 * Share);

        unknown.ShouldBe([alone, 0], "what isn't calibrated keeps its share to itself");
    }

    /// <summary>
    /// A metric at its threshold spends what its calibration says, and by Ville's inequality e to the minus threshold at
    /// the most.
    /// </summary>
    [Fact]
    public void Of_AnyMetrics_SpendNoMoreThanTheBudget() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500),
            Prop.ForAll(
                Calibrations().NonEmptyListOf().Resize(4).ToArbitrary(),
                Gen.Choose(1, 8).ToArbitrary(),
                (drawn, tenths) =>
                {
                    var share = Math.Pow(10, -tenths / 2.0) / 2;
                    var relief = ThresholdRelief.Of(share, [.. drawn]);
                    var spent = drawn
                        .Zip(relief, (c, r) => (Calibration: c, Threshold: -Math.Log(share) - r))
                        .Sum(m => Math.Min(m.Calibration?.Reached(m.Threshold) ?? 1, Math.Exp(-m.Threshold)));
                    spent.ShouldBeLessThanOrEqualTo(share * drawn.Count * (1 + 1e-6));
                    relief.ShouldAllBe(r => r >= ThresholdRelief.Least && r <= ThresholdRelief.Most);
                }
            )
        );

    private static Gen<ThresholdCalibration?> Calibrations() =>
        Gen.Choose(0, 60)
            .SelectMany(from =>
                Gen.Choose(1, 14)
                    .SelectMany(mean =>
                        Gen.Choose(0, 20)
                            .Select(beyond =>
                                beyond == 0 ? null : new ThresholdCalibration(from / 10.0, mean / 10.0, beyond / 100.0)
                            )
                    )
            );
}
