using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Evidence;

/// <summary>Ratios with events enough on one side or both, over a handful of seeds each.</summary>
public class BusyRatioTests
{
    private const int Seeds = 20;

    private static int Found(Func<SeededRandom, int?> firstAnomaly) =>
        Enumerable.Range(1, Seeds).Count(seed => firstAnomaly(new SeededRandom((ulong)seed)) is not null);

    private static Arm Draw(SeededRandom random, int trials, double rate) =>
        Arms.Ratio(random.Binomial(trials, rate), trials);

    [Theory]
    [InlineData(0.001, 0.004)]
    [InlineData(0.002, 0.005)]
    public void Observe_AScarceCanaryBesideABusyStable_IsMostlyFound(double stable, double canary) =>
        Found(random =>
                Arms.FirstAnomaly(
                    Arms.Create(Arms.Errors, Arms.RatioHistory(random, stable, 57_000)),
                    60,
                    _ => (Draw(random, 57_000, stable), Draw(random, 3_000, canary))
                )
            )
            .ShouldBeGreaterThanOrEqualTo(Seeds - 1);

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.002)]
    public void Observe_AHealthyScarceCanary_IsNotFound(double rate) =>
        Found(random =>
                Arms.FirstAnomaly(
                    Arms.Create(Arms.Errors, Arms.RatioHistory(random, rate, 57_000)),
                    60,
                    _ => (Draw(random, 57_000, rate), Draw(random, 3_000, rate))
                )
            )
            .ShouldBe(0);

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.004)]
    public void Observe_ErrorsUpByAThirdBelowMinEffect_IsNotFound(double rate) =>
        Found(random =>
                Arms.FirstAnomaly(
                    Arms.Create(Arms.Errors, Arms.RatioHistory(random, rate, 600)),
                    60,
                    _ => (Draw(random, 600, rate), Draw(random, 600, 1.3 * rate))
                )
            )
            .ShouldBe(0);

    [Fact]
    public void Observe_TwoBlipsOfAnApplicationWithBlips_AreNotFound()
    {
        static bool IsBlip(int minute, int first) => minute - first is 0 or 1 or 4 or 5;
        Found(random =>
            {
                var history = Arms.RatioHistory(random, 0.002, 600);
                foreach (var minute in new[] { 12, 13, 40, 41 })
                    history[minute] = Draw(random, 600, 0.04);
                var first = 10 + (int)random.Uniform(0, 30);
                return Arms.FirstAnomaly(
                    Arms.Create(Arms.Errors, history),
                    60,
                    m => (Draw(random, 600, 0.002), Draw(random, 600, IsBlip(m, first) ? 0.04 : 0.002))
                );
            })
            .ShouldBe(0);
    }
}
