using CanaryStreams.Core.Anomaly.Evaluation;

namespace CanaryStreams.Core.Tests.Anomaly.Evaluation;

public class AveragePrecisionTests
{
    [Fact]
    public void Of_MixedRanking_IsTheStaircase()
    {
        // Ranked 1 0 1 0: precision 1 at recall ½, 2/3 at recall 1.
        AveragePrecision.Of([true, false, true, false], [4, 3, 2, 1]).ShouldBe((0.5 * 1) + (0.5 * 2 / 3), 1e-12);
    }

    [Fact]
    public void Of_Ties_ComeTogetherWhateverTheirOrder()
    {
        AveragePrecision.Of([true, false, true], [1, 1, 1]).ShouldBe(2.0 / 3, 1e-12);
        // One labelled alone on top, then a group of one labelled and two others.
        AveragePrecision.Of([false, true, true, false], [1, 2, 1, 1]).ShouldBe(0.5 + (0.5 * 2 / 4), 1e-12);
    }

    [Fact]
    public void Of_PerfectRanking_IsOne() =>
        AveragePrecision.Of([false, true, true, false], [0.1f, 0.9f, 0.8f, 0.7f]).ShouldBe(1);

    [Fact]
    public void Of_NoLabel_IsUndefined() => AveragePrecision.Of([false, false], [1, 2]).ShouldBe(double.NaN);

    [Fact]
    public void Of_MonotoneTransformation_ChangesNothing()
    {
        var (labels, scores) = RandomSeries.Of(500, seed: 1);

        AveragePrecision
            .Of(labels, [.. scores.Select(RandomSeries.Monotone)])
            .ShouldBe(AveragePrecision.Of(labels, scores));
    }
}
