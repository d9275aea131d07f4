using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Simulation;

public class SeededRandomTests
{
    private readonly SeededRandom _random = new(1);

    private (double Mean, double Variance) Moments(Func<double> draw)
    {
        var values = Enumerable.Range(0, 20_000).Select(_ => draw()).ToArray();
        var mean = values.Average();
        return (mean, values.Average(v => (v - mean) * (v - mean)));
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(20)]
    [InlineData(300)]
    public void Poisson_ManyDraws_HaveItsMeanAndVariance(double mean)
    {
        var (found, variance) = Moments(() => _random.Poisson(mean));
        found.ShouldBe(mean, 5 * Math.Sqrt(mean / 20_000));
        variance.ShouldBe(mean, 0.1 * mean);
    }

    [Theory]
    [InlineData(50, 0.02)]
    [InlineData(40, 0.9)]
    [InlineData(5000, 0.3)]
    public void Binomial_ManyDraws_HaveItsMeanAndVariance(int trials, double probability)
    {
        var (found, variance) = Moments(() => _random.Binomial(trials, probability));
        var expected = trials * probability * (1 - probability);
        found.ShouldBe(trials * probability, 5 * Math.Sqrt(expected / 20_000));
        variance.ShouldBe(expected, 0.1 * expected);
    }

    [Fact]
    public void Normal_ManyDraws_IsStandard()
    {
        var (mean, variance) = Moments(_random.Normal);
        mean.ShouldBe(0, 0.04);
        variance.ShouldBe(1, 0.05);
    }

    [Fact]
    public void NextUInt64_OfASeed_IsPinned() => new SeededRandom(42).NextUInt64().ShouldBe(1546998764402558742UL);
}
