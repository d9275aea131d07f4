using CanaryStreams.Core.Anomaly;

namespace CanaryStreams.Core.Tests.Anomaly;

public class SlidingSpectrumTests
{
    public static TheoryData<int> Lengths => [16, 32, 64, 128, 256, 1024, 2048];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Observe_SeasonalNoise_AgreesWithTheSlowForm(int length) =>
        WorstDifference(length, Seasonal(12_000)).ShouldBeLessThan(1e-3);

    // Steps between whole numbers lose no digit, so that only the arithmetic differs.
    [Theory]
    [MemberData(nameof(Lengths))]
    public void Observe_WholeNumbers_EqualsTheSlowForm(int length)
    {
        var random = new Random(length);
        var level = Series(12_000, i => (i / 3000 * 1e6) + random.Next(-100, 101));

        WorstDifference(length, level).ShouldBeLessThan(1e-6);
    }

    /// <summary>The largest difference of the scores, relative to the larger of the score and 1.</summary>
    private static double WorstDifference(int length, double[] values)
    {
        var sliding = new SlidingSpectrum(length);
        var window = length - SpectralResidual.ExtrapolatedPoints;
        var worst = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            var score = sliding.Observe(values[i]);
            // Beyond the first windows the slow form is asked now and then only: it is slow.
            if (i + 1 < window || (length > 64 && i > 2 * length && i % 7 != 0))
                continue;
            var expected = SpectralResidual.Score(values.AsSpan(i + 1 - window, window));
            worst = Math.Max(worst, Math.Abs(score - expected) / Math.Max(1, Math.Abs(expected)));
        }
        return worst;
    }

    private static double[] Seasonal(int count)
    {
        var random = new Random(1);
        return Series(count, i => 100 + (20 * Math.Sin(2 * Math.PI * i / 1440)) + random.NextDouble());
    }

    private static double[] Series(int count, Func<int, double> at) => [.. Enumerable.Range(0, count).Select(at)];
}
