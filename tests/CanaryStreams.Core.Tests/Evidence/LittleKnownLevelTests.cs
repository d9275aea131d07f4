using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Evidence;

/// <summary>Levels whose stable history is short, missing or zero throughout.</summary>
public class LittleKnownLevelTests
{
    private static readonly MetricPolicy s_queue = new(
        "queue_len",
        MetricKind.Gauge,
        Worse.Up,
        new MinEffect(0.2, true)
    );

    private readonly SeededRandom _random = new(17);

    private static Arm Gauge(double value) => new(1, value, 1, double.NaN);

    private Arm Rare(double rate) => Gauge(_random.Binomial(100, rate / 100));

    [Theory]
    [InlineData(0, 0.3)]
    [InlineData(9, 0.3)]
    [InlineData(0, 0.5)]
    [InlineData(0, 0.05)]
    public void Observe_HealthyGaugeOfUnknownNoise_SeldomCrosses(int historyBuckets, double deviation)
    {
        const int Rollouts = 100;
        var crossed = 0;
        for (var rollout = 0; rollout < Rollouts; rollout++)
        {
            var (stable, canary) = (0.0, 0.0);
            Arm Next(ref double state)
            {
                state = 0.6 * state + 0.8 * _random.Normal();
                return Gauge(40 * Math.Exp(deviation * state));
            }
            Arm[] history = [.. Enumerable.Range(0, historyBuckets).Select(_ => Next(ref stable))];
            var evidence = Arms.Create(Arms.Cpu, history);
            crossed += Arms.FirstAnomaly(evidence, 60, _ => (Next(ref stable), Next(ref canary))) is null ? 0 : 1;
        }
        crossed.ShouldBeLessThanOrEqualTo(2);
    }

    /// <summary>
    /// An hour of stable hardly tells its sampling noise from its slow noise, and of a small canary the sampling noise is nearly
    /// all there is.
    /// </summary>
    [Fact]
    public void Observe_HealthyCanaryOfFewObservations_SeldomCrosses()
    {
        const int Rollouts = 1000;
        var crossed = 0;
        for (var rollout = 0; rollout < Rollouts; rollout++)
        {
            var states = new double[3];
            Arm Next(int arm, int count)
            {
                // What both share moves with stable, once a minute.
                states[0] = arm == 1 ? 0.9 * states[0] + 0.44 * _random.Normal() : states[0];
                states[arm] = 0.7 * states[arm] + 0.71 * _random.Normal();
                var level = Math.Exp(0.06 * states[0] + 0.02 * states[arm]);
                double Half() => level * Math.Max(0.02, 1 + 0.7 / Math.Sqrt(count / 2.0) * _random.Normal());
                var (one, other) = (Half(), Half());
                return new Arm(count, (one + other) / 2, 2, (one - other) * (one - other) / 2);
            }
            Arm[] history = [.. Enumerable.Range(0, 60).Select(_ => Next(1, 700))];
            var evidence = Arms.Create(Arms.Latency, history, share: 0.001);
            crossed += Arms.FirstAnomaly(evidence, 30, _ => (Next(1, 693), Next(2, 7))) is null ? 0 : 1;
        }
        crossed.ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public void Observe_CpuUpByThirtyPercentWithoutHistory_IsMostlyFound()
    {
        var minutes = new List<int?>();
        for (var rollout = 0; rollout < 40; rollout++)
        {
            var evidence = Arms.Create(Arms.Cpu, []);
            Arm Cpu(double level) => Gauge(level * Math.Exp(0.05 * _random.Normal()));
            minutes.Add(Arms.FirstAnomaly(evidence, 60, m => (Cpu(40), Cpu(m < 10 ? 40 : 52))));
        }
        minutes.Count(minute => minute is not null).ShouldBeGreaterThan(30);
    }

    [Fact]
    public void Observe_FirstValueNearZeroWithoutHistory_DoesNotSetTheScale()
    {
        var evidence = Arms.Create(s_queue with { MinEffect = new MinEffect(0.5, true) }, []);
        Arm Around(double level) => Gauge(level + 2 * _random.Normal());
        Arms.FirstAnomaly(evidence, 40, m => (m == 0 ? Gauge(1e-6) : Around(0), Around(0))).ShouldBeNull();
        EvidenceReading reading = default;
        for (var minute = 40; minute < 80; minute++)
            reading = evidence.Observe(Arms.Bucket(minute, Around(0), Around(15)));
        reading.IsAnomaly.ShouldBeTrue();
    }

    [Theory]
    [InlineData(true, 0.2)]
    [InlineData(true, 0.02)]
    [InlineData(false, 0.5)]
    public void Observe_CanaryLeavesZero_IsFoundAndSaidInItsUnit(bool relative, double minEffect)
    {
        var policy = s_queue with { MinEffect = new MinEffect(minEffect, relative) };
        var evidence = Arms.Create(policy, [.. Enumerable.Repeat(Gauge(0), 60)]);
        Arms.FirstAnomaly(evidence, 20, _ => (Gauge(0), Gauge(0))).ShouldBeNull();
        EvidenceReading reading = default;
        for (var minute = 20; minute < 50; minute++)
            reading = evidence.Observe(Arms.Bucket(minute, Gauge(0), Gauge(3)));
        reading.IsAnomaly.ShouldBeTrue();
        var effect = relative ? 1 : 3;
        reading.Effect.ShouldBe(effect, 0.3 * effect);
        reading.EffectUpper.ShouldBeGreaterThan(reading.EffectLower);
    }

    [Fact]
    public void Observe_SeldomOtherThanZeroOnBothArms_SeldomCrosses()
    {
        var crossed = 0;
        for (var rollout = 0; rollout < 100; rollout++)
        {
            var evidence = Arms.Create(s_queue, [.. Enumerable.Range(0, 60).Select(_ => Rare(0.1))]);
            crossed += Arms.FirstAnomaly(evidence, 60, _ => (Rare(0.1), Rare(0.1))) is null ? 0 : 1;
        }
        crossed.ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public void Observe_WhileBothArmsAreZero_NeitherSaysNorAllocatesAnything()
    {
        var evidence = Arms.Create(s_queue, []);
        for (var minute = 0; minute < 20; minute++)
            evidence.Observe(Arms.Bucket(minute, Gauge(0), Gauge(0))).LogE.ShouldBe(0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var minute = 20; minute < 60; minute++)
            evidence.Observe(Arms.Bucket(minute, Gauge(0), Gauge(0)));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }
}
