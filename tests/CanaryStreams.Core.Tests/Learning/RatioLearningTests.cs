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
    public void Learn_FiveEventsEach_TheirCountingNoiseIsTakenOut()
    {
        var prior = RatioLearning.Learn(Seen(3000, 2, 0.002, 2_500)).ShouldNotBeNull();

        // One event is added to what is expected of each: (5/6)² of the spread are left.
        prior.Events.ShouldBe(2 * 36.0 / 25, 0.3);
    }

    [Fact]
    public void Learn_ApplicationsAllAlike_CountForFourEventsAtMost() =>
        RatioLearning.Learn([.. Enumerable.Repeat((100.0, 50_000.0), 20)]).ShouldNotBeNull().Events.ShouldBe(4);

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
