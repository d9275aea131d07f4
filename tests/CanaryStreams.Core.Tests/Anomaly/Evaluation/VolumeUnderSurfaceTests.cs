using CanaryStreams.Core.Anomaly.Evaluation;

namespace CanaryStreams.Core.Tests.Anomaly.Evaluation;

public class VolumeUnderSurfaceTests
{
    [Theory]
    [InlineData(40, 0, 1)]
    [InlineData(40, 7, 2)]
    [InlineData(300, 20, 3)]
    [InlineData(300, 101, 4)]
    [InlineData(1000, 30, 5)]
    [InlineData(1000, 1, 6)]
    public void PrecisionRecall_RandomSeries_IsThatOfTheSlowDefinition(int points, int bufferMax, int seed)
    {
        var (labels, scores) = RandomSeries.Of(points, seed);

        VolumeUnderSurface.PrecisionRecall(labels, scores, bufferMax).ShouldBe(Slow(labels, scores, bufferMax), 1e-12);
    }

    [Fact]
    public void PrecisionRecall_NoBufferByHand_IsTheTrapezoids()
    {
        // Recall ½ at precision 1, ½ at ½ and 1 at 2/3, times the share of events touched: ½, ½ and 1. Then alerts only add.
        // Of 250 thresholds over 4 points 249 or so repeat, at no width.
        var area = VolumeUnderSurface.PrecisionRecall([true, false, true, false], [4, 3, 2, 1], 0);

        area.ShouldBe((0.25 * (1 + 1) / 2) + (0.75 * ((1.0 / 2) + (2.0 / 3)) / 2), 1e-12);
    }

    [Fact]
    public void PrecisionRecall_PerfectScoresWithoutBuffer_IsOne()
    {
        var (labels, _) = RandomSeries.Of(700, seed: 7);

        VolumeUnderSurface.PrecisionRecall(labels, [.. labels.Select(l => l ? 1f : 0)], 0).ShouldBe(1, 1e-12);
    }

    [Fact]
    public void PrecisionRecall_AlertBesideTheEvent_CountsOnlyWithABuffer()
    {
        var labels = new bool[2000];
        labels.AsSpan(1000, 5).Fill(true);
        var scores = new float[2000];
        scores[1007] = 1;

        var without = VolumeUnderSurface.PrecisionRecall(labels, scores, 0);

        VolumeUnderSurface.PrecisionRecall(labels, scores, 40).ShouldBeGreaterThan(without + 0.05);
    }

    [Fact]
    public void PrecisionRecall_MonotoneTransformation_ChangesNothing()
    {
        var (labels, scores) = RandomSeries.Of(800, seed: 8);

        VolumeUnderSurface
            .PrecisionRecall(labels, [.. scores.Select(RandomSeries.Monotone)], 25)
            .ShouldBe(VolumeUnderSurface.PrecisionRecall(labels, scores, 25));
    }

    [Fact]
    public void PrecisionRecall_NoLabel_IsUndefined() =>
        VolumeUnderSurface.PrecisionRecall([false, false], [1, 2], 5).ShouldBe(double.NaN);

    [Theory]
    [InlineData(150_000, 100)]
    [InlineData(500, 50)]
    [InlineData(9, 0)]
    public void DefaultBuffer_ShortSeries_IsATenthOfIt(int points, int expected) =>
        VolumeUnderSurface.DefaultBuffer(points).ShouldBe(expected);

    /// <summary>The definition, one buffer and one threshold at a time.</summary>
    private static double Slow(bool[] labels, float[] scores, int bufferMax)
    {
        var descending = scores.OrderDescending().ToArray();
        var sum = 0.0;
        for (var buffer = 0; buffer <= bufferMax; buffer++)
        {
            var widened = Widen(labels, buffer);
            var (recallBefore, precisionBefore) = (0.0, 1.0);
            for (var k = 0; k < 250; k++)
            {
                var threshold = descending[(int)(k * ((scores.Length - 1) / 249.0))];
                var alerts = scores.Select(score => score >= threshold).ToArray();
                var found = alerts.Zip(widened, (alert, label) => alert ? label : 0).Sum();
                var recall = Math.Min(found / ((labels.Count(l => l) + widened.Sum()) / 2), 1);
                var (touched, segments) = Touched(widened, alerts);
                var (rangeRecall, precision) = (recall * touched / segments, found / alerts.Count(alert => alert));
                sum += (rangeRecall - recallBefore) * (precision + precisionBefore) / 2;
                (recallBefore, precisionBefore) = (rangeRecall, precision);
            }
        }
        return sum / (bufferMax + 1);
    }

    private static double[] Widen(bool[] labels, int buffer)
    {
        var widened = new double[labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            // Distance to the end of each event whose buffer reaches here, and to the start.
            widened[i] = labels[i] ? 1 : 0;
            for (var d = 1; d <= buffer / 2; d++)
            {
                if (i - d >= 0 && labels[i - d] && !labels[i - d + 1])
                    widened[i] += Math.Sqrt(1 - (d / (double)buffer));
                if (i + d < labels.Length && labels[i + d] && !labels[i + d - 1])
                    widened[i] += Math.Sqrt(1 - (d / (double)buffer));
            }
            widened[i] = Math.Min(1, widened[i]);
        }
        return widened;
    }

    private static (int Touched, int Segments) Touched(double[] widened, bool[] alerts)
    {
        var (touched, segments, isTouched) = (0, 0, false);
        for (var i = 0; i < widened.Length; i++)
        {
            if (widened[i] > 0 && (i == 0 || widened[i - 1] == 0))
                (segments, isTouched) = (segments + 1, false);
            if (widened[i] > 0 && alerts[i] && !isTouched)
                (touched, isTouched) = (touched + 1, true);
        }
        return (touched, segments);
    }
}
