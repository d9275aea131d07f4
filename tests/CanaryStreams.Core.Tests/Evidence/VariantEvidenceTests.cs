using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Evidence;

public sealed class VariantEvidenceTests
{
    [Theory]
    [InlineData(0.005, 0.001)]
    [InlineData(0.005, 0.005)]
    [InlineData(0.005, 0.03)]
    public void Variants_ThatAreAlikeAndUnlikeStable_AreNotToldApart(double stable, double both) =>
        Winners(Arms.Errors, stable, both, both).ShouldBe((0, 0));

    [Theory]
    [InlineData(0.008)]
    [InlineData(0.06)]
    public void Conversion_ThatBothHaveUnlikeStable_IsNoDifferenceBetweenThem(double both) =>
        Winners(Arms.Conversion, 0.03, both, both).ShouldBe((0, 0));

    [Fact]
    public void WorseOne_IsFoundInEitherOrderAndWhateverStableDoes()
    {
        Winners(Arms.Errors, 0.005, 0.005, 0.015).FirstWins.ShouldBe(30);
        Winners(Arms.Errors, 0.015, 0.015, 0.005).SecondWins.ShouldBe(30);
    }

    [Fact]
    public void Levels_OfTwoVariants_AreComparedLikeCanaryAndStable()
    {
        var random = new SeededRandom(26);
        var evidence = new VariantEvidence(
            Arms.Latency,
            Arms.LevelHistory(random, 100),
            0.001,
            EvidenceSettings.Default
        );

        for (var minute = 1; minute <= 20; minute++)
            evidence.Observe(minute * 60_000L, Level(130), Level(160));

        evidence.SecondWorse.IsAnomaly.ShouldBeTrue();
        evidence.SecondWorse.Effect.ShouldBe(0.23, 0.03);
        evidence.FirstWorse.IsAnomaly.ShouldBeFalse();

        Arm Level(double level) => Arms.Level(level * Math.Exp(0.02 * random.Normal()));
    }

    /// <summary>Of 30 pairs over an hour, 300 requests a minute each.</summary>
    private static (int FirstWins, int SecondWins) Winners(
        MetricPolicy metric,
        double stable,
        double first,
        double second
    )
    {
        var (firstWins, secondWins) = (0, 0);
        for (var run = 0; run < 30; run++)
        {
            var random = SeededRandom.Of(26_003, (ulong)run);
            var past = Arms.RatioHistory(random, stable, 5400);
            var evidence = new VariantEvidence(metric, past, 0.001, EvidenceSettings.Default);
            for (var minute = 1; minute <= 60; minute++)
            {
                evidence.Observe(minute * 60_000L, Draw(random, first), Draw(random, second));
                if (!evidence.SecondWorse.IsAnomaly && !evidence.FirstWorse.IsAnomaly)
                    continue;
                firstWins += evidence.SecondWorse.IsAnomaly ? 1 : 0;
                secondWins += evidence.FirstWorse.IsAnomaly ? 1 : 0;
                break;
            }
        }
        return (firstWins, secondWins);
    }

    private static Arm Draw(SeededRandom random, double rate) => Arms.Ratio(random.Binomial(300, rate), 300);
}
