using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Evidence;

public class RatioEvidenceTests
{
    private readonly SeededRandom _random = new(11);

    [Theory]
    [InlineData(0)]
    [InlineData(25)]
    public void Observe_HalfOfTheRequestsFail_CrossesWithinTwoBuckets(int onset)
    {
        var evidence = Arms.Create(Arms.Errors, Arms.RatioHistory(_random, 0.001, 60));
        var at = Arms.FirstAnomaly(evidence, 60, m => (Arms.Ratio(0, 60), Arms.Ratio(m >= onset ? 30 : 0, 60)));
        at.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(onset + 2);
    }

    [Fact]
    public void Observe_TenfoldErrors_SaysSinceWhenAndHowMuch()
    {
        var evidence = Arms.Create(Arms.Errors, Arms.RatioHistory(_random, 0.001, 600));
        EvidenceReading reading = default;
        for (var minute = 0; minute < 40; minute++)
            reading = evidence.Observe(
                Arms.Bucket(
                    minute,
                    Arms.Ratio(_random.Binomial(600, 0.001), 600),
                    Arms.Ratio(_random.Binomial(600, minute < 20 ? 0.001 : 0.01), 600)
                )
            );
        reading.IsAnomaly.ShouldBeTrue();
        reading.Effect.ShouldBe(0.009, 0.003);
        reading.EffectLower.ShouldBeLessThan(0.009);
        reading.EffectUpper.ShouldBeGreaterThan(0.009);
        reading.OnsetMs.ShouldNotBeNull().ShouldBeInRange(17 * 60_000L, 22 * 60_000L);
    }

    [Fact]
    public void Observe_IncidentOfBothArmsAtLowTraffic_IsNotBlamedOnTheCanary()
    {
        var evidence = Arms.Create(Arms.Errors, Arms.RatioHistory(_random, 0.002, 60));
        Arms.FirstAnomaly(
                evidence,
                60,
                m =>
                {
                    var rate = m is >= 20 and < 30 ? 0.04 : 0.002;
                    return (Arms.Ratio(_random.Binomial(60, rate), 60), Arms.Ratio(_random.Binomial(60, rate), 60));
                }
            )
            .ShouldBeNull();
    }

    [Fact]
    public void Observe_BlipAsLongAsThoseOfStable_DoesNotDecide()
    {
        var history = Arms.RatioHistory(_random, 0.002, 600);
        history[20] = history[21] = Arms.Ratio(30, 600);
        var evidence = Arms.Create(Arms.Errors, history);
        Arms.FirstAnomaly(evidence, 60, m => (Arms.Ratio(1, 600), Arms.Ratio(m is 30 or 31 ? 30 : 1, 600)))
            .ShouldBeNull();
    }

    [Fact]
    public void Observe_DifferenceBelowMinEffectForEver_IsNeverWorthIt()
    {
        var evidence = Arms.Create(Arms.Errors, Arms.RatioHistory(_random, 0.005, 6000));
        for (var minute = 0; minute < 240; minute++)
            evidence.Observe(Arms.Bucket(minute, Arms.Ratio(30, 6000), Arms.Ratio(38, 6000))).WorthIt.ShouldBeFalse();
    }

    [Theory]
    [InlineData(0.02, false)]
    [InlineData(0.05, true)]
    public void Observe_ConversionFalls_OnlyTheFallCounts(double canaryRate, bool expected)
    {
        var evidence = Arms.Create(Arms.Conversion, Arms.RatioHistory(_random, 0.035, 300));
        var fall = Arms.FirstAnomaly(
            evidence,
            60,
            _ => (Arms.Ratio(_random.Binomial(300, 0.035), 300), Arms.Ratio(_random.Binomial(300, canaryRate), 300))
        );
        (fall is null).ShouldBe(expected);
    }

    [Fact]
    public void Observe_RatioNearOne_JudgesItsComplement()
    {
        var availability = new MetricPolicy("availability", MetricKind.Ratio, Worse.Down, new MinEffect(0.002, false));
        var evidence = Arms.Create(availability, Arms.RatioHistory(_random, 0.999, 600));
        EvidenceReading reading = default;
        for (var minute = 0; minute < 30; minute++)
            reading = evidence.Observe(Arms.Bucket(minute, Arms.Ratio(599, 600), Arms.Ratio(592, 600)));
        reading.IsAnomaly.ShouldBeTrue();
        reading.Effect.ShouldBe(-7.0 / 600, 0.002);
        reading.BucketEffect.ShouldBe(-7.0 / 600, 1e-9);
    }

    [Fact]
    public void Observe_RelativeMinEffect_SpeaksInFractionsOfStable()
    {
        var policy = Arms.Errors with { MinEffect = new MinEffect(0.5, true) };
        var evidence = Arms.Create(policy, Arms.RatioHistory(_random, 0.01, 600));
        EvidenceReading reading = default;
        for (var minute = 0; minute < 30; minute++)
            reading = evidence.Observe(Arms.Bucket(minute, Arms.Ratio(6, 600), Arms.Ratio(18, 600)));
        reading.IsAnomaly.ShouldBeTrue();
        reading.Effect.ShouldBe(2, 0.4);
    }

    [Fact]
    public void Observe_EitherDirection_FindsBoth()
    {
        var policy = Arms.Errors with { Worse = Worse.Both };
        foreach (var events in new[] { 0, 60 })
        {
            var evidence = Arms.Create(policy, Arms.RatioHistory(_random, 0.02, 1000));
            Arms.FirstAnomaly(evidence, 60, _ => (Arms.Ratio(20, 1000), Arms.Ratio(events, 1000))).ShouldNotBeNull();
        }
    }

    [Fact]
    public void Observe_EmptyArm_CostsNothing()
    {
        var evidence = Arms.Create(Arms.Errors, Arms.RatioHistory(_random, 0.01, 600));
        var before = evidence.Observe(Arms.Bucket(0, Arms.Ratio(6, 600), Arms.Ratio(9, 600)));
        var after = evidence.Observe(Arms.Bucket(1, Arms.Ratio(6, 600), Arm.Empty));
        after.LogE.ShouldBe(before.LogE);
        after.BucketEffect.ShouldBe(double.NaN);
    }

    [Fact]
    public void Model_AgainstASlowObviousOne_AgreesToTheLastDigits()
    {
        var grid = new RatioGrid(
            12,
            9000,
            0.15,
            new MinEffect(0.002, false),
            rising: true,
            RatioPrior.Of(new MinEffect(0.002, false))
        );
        var blips = new BlipProfile(4, 0.01, 0.02);
        var model = new RatioModel(grid, blips, EvidenceSettings.Default);
        var slow = new SlowRatioModel(grid, blips);
        for (var minute = 0; minute < 50; minute++)
        {
            var canary = _random.Binomial(100, minute < 30 ? 0.002 : 0.03);
            var stable = _random.Binomial(900, 0.002);
            model.Observe(minute, canary, 100, stable, 900);
            model.LogE.ShouldBe(slow.Observe(minute, canary, 100, stable, 900), 1e-8);
        }
        model.LogE.ShouldBeGreaterThan(10);
    }
}
