using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Evidence;

public class LevelEvidenceTests
{
    private readonly SeededRandom _random = new(5);

    private Arm Noisy(double level, double deviation = 0.02) =>
        Arms.Level(level * Math.Exp(deviation * _random.Normal()));

    [Fact]
    public void Observe_LatencyUpByAFifthInTheMiddle_IsFoundWithItsOnset()
    {
        var evidence = Arms.Create(Arms.Latency, Arms.LevelHistory(_random, 120));
        EvidenceReading reading = default;
        for (var minute = 0; minute < 50; minute++)
            reading = evidence.Observe(Arms.Bucket(minute, Noisy(120), Noisy(minute < 20 ? 120 : 144)));
        reading.IsAnomaly.ShouldBeTrue();
        reading.Effect.ShouldBe(0.2, 0.03);
        reading.EffectLower.ShouldBeLessThan(0.2);
        reading.EffectUpper.ShouldBeGreaterThan(0.2);
        reading.OnsetMs.ShouldNotBeNull().ShouldBeInRange(18 * 60_000L, 22 * 60_000L);
    }

    [Fact]
    public void Observe_SlowLeak_IsFoundBeforeItHurts()
    {
        var evidence = Arms.Create(Arms.Cpu, Arms.LevelHistory(_random, 800));
        Arms.FirstAnomaly(evidence, 60, m => (Noisy(800), Noisy(800 * (1 + 0.015 * m))))
            .ShouldNotBeNull()
            .ShouldBeLessThan(25);
    }

    [Fact]
    public void Observe_LoadThatMovesBothArms_CancelsOut()
    {
        var evidence = Arms.Create(Arms.Latency, Arms.LevelHistory(_random, 120));
        Arms.FirstAnomaly(
                evidence,
                60,
                m =>
                {
                    var level = m is > 20 and < 32 ? 300 : 120;
                    return (Noisy(level), Noisy(level));
                }
            )
            .ShouldBeNull();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(1000)]
    public void Observe_LatencyManyTimesAsHighForGood_IsFoundSoonAfterBlipsWouldHaveEnded(double factor)
    {
        var evidence = Arms.Create(Arms.Latency, Arms.LevelHistory(_random, 120));
        Arms.FirstAnomaly(evidence, 60, m => (Noisy(120), Noisy(m < 20 ? 120 : 120 * factor)))
            .ShouldNotBeNull()
            .ShouldBeInRange(21, 32);
    }

    [Fact]
    public void Observe_ViolentBlipOfTwoMinutes_DoesNotDecide()
    {
        var evidence = Arms.Create(Arms.Latency, Arms.LevelHistory(_random, 120));
        Arms.FirstAnomaly(evidence, 60, m => (Noisy(120), Noisy(m is 30 or 31 ? 1200 : 120))).ShouldBeNull();
    }

    [Fact]
    public void Observe_ColdStartThatDecays_DoesNotDecide()
    {
        var evidence = Arms.Create(Arms.Latency, Arms.LevelHistory(_random, 120));
        Arms.FirstAnomaly(evidence, 60, m => (Noisy(120), Noisy(120 * (1 + 0.6 * Math.Exp(-m / 2.5))))).ShouldBeNull();
    }

    [Fact]
    public void Observe_DifferenceBelowMinEffectForEver_IsNeverAnAnomaly()
    {
        var evidence = Arms.Create(Arms.Latency, Arms.LevelHistory(_random, 120));
        Arms.FirstAnomaly(evidence, 240, _ => (Noisy(120), Noisy(124))).ShouldBeNull();
    }

    [Theory]
    [InlineData(Worse.Down, 0.7, true)]
    [InlineData(Worse.Down, 1.4, false)]
    [InlineData(Worse.Both, 0.7, true)]
    [InlineData(Worse.Both, 1.4, true)]
    public void Observe_Direction_SaysWhatIsWorse(Worse worse, double factor, bool found)
    {
        var policy = new MetricPolicy("throughput", MetricKind.Gauge, worse, new MinEffect(0.1, true));
        var evidence = Arms.Create(policy, Arms.LevelHistory(_random, 50));
        EvidenceReading reading = default;
        for (var minute = 0; minute < 40; minute++)
            reading = evidence.Observe(Arms.Bucket(minute, Noisy(50), Noisy(50 * factor)));
        reading.IsAnomaly.ShouldBe(found);
        if (found)
            reading.Effect.ShouldBe(factor - 1, 0.05);
    }

    [Theory]
    [InlineData(true, 0.5)]
    [InlineData(false, 4)]
    public void Observe_GaugeAroundZero_IsJudgedOnAnAbsoluteScale(bool relative, double minEffect)
    {
        var policy = new MetricPolicy("drift", MetricKind.Gauge, Worse.Up, new MinEffect(minEffect, relative));
        Arm Around(double level) => new(1, level + 2 * _random.Normal(), 1, double.NaN);
        var evidence = Arms.Create(policy, [.. Enumerable.Range(0, 60).Select(_ => Around(0))]);
        Arms.FirstAnomaly(evidence, 30, m => (Around(0), Around(0))).ShouldBeNull();
        EvidenceReading reading = default;
        for (var minute = 30; minute < 80; minute++)
            reading = evidence.Observe(Arms.Bucket(minute, Around(0), Around(12)));
        reading.IsAnomaly.ShouldBeTrue();
        if (!relative)
            reading.Effect.ShouldBe(12, 2);
    }

    [Fact]
    public void Observe_AbsoluteMinEffect_SpeaksInTheMetricsUnit()
    {
        var policy = Arms.Latency with { MinEffect = new MinEffect(10, false) };
        var evidence = Arms.Create(policy, Arms.LevelHistory(_random, 120));
        EvidenceReading reading = default;
        for (var minute = 0; minute < 40; minute++)
            reading = evidence.Observe(Arms.Bucket(minute, Noisy(120), Noisy(150)));
        reading.IsAnomaly.ShouldBeTrue();
        reading.Effect.ShouldBe(30, 4);
    }

    [Fact]
    public void Observe_WithoutHistory_StillFindsADoubledLatency()
    {
        var evidence = Arms.Create(Arms.Latency, []);
        evidence.Observe(Arms.Bucket(0, Arm.Empty, Arm.Empty)).LogE.ShouldBe(0);
        Arms.FirstAnomaly(evidence, 60, m => (Noisy(120), Noisy(m < 15 ? 120 : 240))).ShouldNotBeNull();
    }

    [Fact]
    public void Signature_OfAStepAndARamp_IsWhatTheyAddToTheInnovations()
    {
        var plain = new LevelFilter(0.1, 0.03, 0.8, 1);
        var stepped = new LevelFilter(0.1, 0.03, 0.8, 1);
        var response = new double[LevelFilter.Dimension];
        var ramp = new double[LevelFilter.Dimension];
        for (var minute = 0; minute < 40; minute++)
        {
            var y = 0.02 * _random.Normal();
            var since = Math.Max(0, minute - 9);
            var gap = minute == 20 ? 6 : 1;
            plain.Observe(y, 0.0004, gap);
            stepped.Observe(y + 0.001 * since + (minute >= 10 ? 0.01 : 0), 0.0004, gap);
            var expected = 0.0;
            if (minute >= 10)
                expected = 0.01 * plain.Signature(response, 1) + 0.001 * plain.Signature(ramp, since);
            (stepped.Innovation - plain.Innovation).ShouldBe(expected, 1e-12);
        }
    }
}
