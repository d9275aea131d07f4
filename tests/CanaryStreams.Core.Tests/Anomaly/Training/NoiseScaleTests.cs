using CanaryStreams.Core.Anomaly.Training;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Anomaly.Training;

public sealed class NoiseScaleTests
{
    [Fact]
    public void Of_NormalNoise_SpreadIsItsDeviation()
    {
        var random = new SeededRandom(1);
        var scale = NoiseScale.Of([.. Enumerable.Range(0, 20_000).Select(_ => 50 + 4 * random.Normal())]);

        scale.Spread.ShouldBe(4, 0.15);
        scale.Median.ShouldBe(50, 0.15);
        // 60 % of |N(0,√2·4)| are below.
        scale.Step.ShouldBe(4 * Math.Sqrt(2) * 0.8416, 0.15);
    }

    [Fact]
    public void Of_FewExtremes_DontMoveIt()
    {
        double[] values = [.. Enumerable.Range(0, 1000).Select(i => (double)(i % 2))];
        var scale = NoiseScale.Of(values);
        for (var i = 100; i < 900; i += 100)
            values[i] = 1e9;

        NoiseScale.Of(values).ShouldBe(scale);
    }

    [Fact]
    public void Of_StillSeries_IsAboveZero()
    {
        NoiseScale.Of([0, 0, 0]).ShouldBe(new NoiseScale(2e-4, 1e-3, 0));
        NoiseScale.Of([100, 100, 100]).Spread.ShouldBe(5.001, 1e-9);
    }
}
