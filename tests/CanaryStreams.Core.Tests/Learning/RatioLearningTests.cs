using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Learning;

public class RatioLearningTests
{
    private readonly SeededRandom _random = new(3);

    /// <summary>Applications whose rate is a sum of so many exponential ones, which is a gamma law of that shape.</summary>
    private (double Events, double Trials)[] Seen(int count, int shape, double mean, int trials) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => -mean / shape * Enumerable.Range(0, shape).Sum(_ => Math.Log(1 - _random.NextDouble())))
                .Select(rate => ((double)_random.Binomial(trials, Math.Min(rate, 1)), (double)trials)),
        ];

    [Theory]
    [InlineData(1, 0.002)]
    [InlineData(2, 0.002)]
    [InlineData(3, 0.01)]
    public void Learn_AGammaLaw_FindsItsMeanAndShape(int shape, double mean)
    {
        var prior = RatioLearning.Learn(Seen(3000, shape, mean, 100_000)).ShouldNotBeNull();

        (prior.Events / prior.Trials).ShouldBe(mean, 0.05 * mean);
        prior.Events.ShouldBe(shape, 0.15 * shape);
    }

    [Fact]
    public void Learn_CountingNoiseAlone_IsTakenOut() =>
        RatioLearning
            .Learn([.. Enumerable.Range(0, 500).Select(_ => ((double)_random.Binomial(3600, 0.002), 3600.0))])
            .ShouldNotBeNull()
            .Events.ShouldBe(4, "all applications are alike: as much as it may count for");

    [Theory]
    [InlineData(10, 0.2, false)]
    [InlineData(10, 0.31, true)]
    [InlineData(9, 100, false)]
    public void Learn_TooFewEventsOrApplications_Null(int count, double events, bool learns) =>
        (RatioLearning.Learn([.. Enumerable.Repeat((events, 1000.0), count)]) is not null).ShouldBe(learns);

    [Fact]
    public void Learn_ApplicationsWithoutTrials_DoNotCount() =>
        RatioLearning
            .Learn([.. Enumerable.Repeat((5.0, 1000.0), 9), .. Enumerable.Repeat((0.0, 0.0), 9)])
            .ShouldBeNull();
}
