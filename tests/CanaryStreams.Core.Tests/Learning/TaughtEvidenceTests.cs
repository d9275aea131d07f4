using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Forecast;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Tests.Evidence;

namespace CanaryStreams.Core.Tests.Learning;

/// <summary>Evidence with what two dozen kept rollouts of the simulator teach.</summary>
public class TaughtEvidenceTests
{
    private const int Errors = 0;
    private const int Latency = 1;
    private const int Cpu = 2;
    private const int Never = SimulatedRollout.CanaryMinutes;

    private static readonly Lazy<IReadOnlyList<MetricKnowledge>> s_taught = new(() =>
    {
        var kept = RolloutSimulator
            .Rollouts(71, 24, [RolloutFamily.HealthyBusy, RolloutFamily.HealthyModest, RolloutFamily.HealthyOffsets])
            .Select(rollout => Experiences.Of(rollout, Errors, Latency, Cpu));
        return FleetKnowledge
            .Learn([.. kept], EvidenceSettings.Default)
            .Of([Arms.Errors, Arms.Latency, Arms.Cpu, Arms.Conversion], Arms.Share);
    });

    private static MetricKnowledge Taught(int metric) => s_taught.Value[metric];

    private static IMetricEvidence Create(MetricPolicy policy, IReadOnlyList<Arm> history, MetricKnowledge knowledge) =>
        MetricEvidenceFactory.Create(policy, history, Arms.Share, EvidenceSettings.Default, knowledge);

    /// <summary>Minute of the first anomaly of each rollout's metric; <see cref="Never"/> where there is none.</summary>
    private static List<int> Found(RolloutFamily family, int metric, MetricKnowledge knowledge)
    {
        var found = new List<int>();
        foreach (var rollout in RolloutSimulator.Rollouts(72, 12, [family]))
        {
            var played = SimulatedBuckets.Play(rollout);
            var evidence = Create(rollout.Metrics[metric].Policy, played.StableHistory(metric), knowledge);
            var minute = 0;
            while (minute < Never && !evidence.Observe(played.Bucket(metric, minute)).IsAnomaly)
                minute++;
            found.Add(minute);
        }
        return found;
    }

    [Fact]
    public void Learn_TwoDozenKeptRollouts_TeachEachMetricThatTheyHad()
    {
        s_taught.Value[Latency].Noise.ShouldNotBeNull();
        s_taught.Value[Cpu].Noise.ShouldNotBeNull();
        s_taught.Value[Errors].Ratio.ShouldNotBeNull();
        new[] { Errors, Cpu }.ShouldAllBe(metric => s_taught.Value[metric].Relief > 1);
        s_taught.Value[^1].ShouldBe(MetricKnowledge.Nothing, "nobody had shown its conversion");
    }

    [Theory]
    [InlineData(RolloutFamily.FaultyLatency, Latency)]
    [InlineData(RolloutFamily.FaultyCpu, Cpu)]
    [InlineData(RolloutFamily.FaultyErrorsTenfold, Errors)]
    public void Observe_AFault_IsFoundSoonerByATaughtFleet(RolloutFamily family, int metric)
    {
        var alone = Found(family, metric, MetricKnowledge.Nothing);
        var taught = Found(family, metric, Taught(metric));

        taught.Count(minute => minute < Never).ShouldBeGreaterThanOrEqualTo(taught.Count - 1);
        taught.Zip(alone, (t, a) => t - a).Count(later => later > 1).ShouldBeLessThanOrEqualTo(1);
        taught.Average().ShouldBeLessThan(alone.Average() - 0.8);
    }

    [Theory]
    [InlineData(RolloutFamily.HealthyBusy, Latency)]
    [InlineData(RolloutFamily.HealthyBusy, Cpu)]
    [InlineData(RolloutFamily.HealthyOffsets, Latency)]
    [InlineData(RolloutFamily.HealthyIncident, Cpu)]
    [InlineData(RolloutFamily.HealthyModest, Errors)]
    [InlineData(RolloutFamily.HealthyErrorsBelowMinEffect, Errors)]
    public void Observe_AHealthyPair_IsNotFoundByATaughtFleet(RolloutFamily family, int metric) =>
        Found(family, metric, Taught(metric)).ShouldAllBe(minute => minute == Never);

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 1)]
    [InlineData(false, 20)]
    [InlineData(true, 0)]
    [InlineData(true, 1)]
    [InlineData(true, 20)]
    public void Observe_HalfOfTheRequestsFail_IsAnAnomalyThatLastsWithinTwoBuckets(bool isTaught, int onset)
    {
        for (var seed = 1UL; seed <= 10; seed++)
        {
            var random = new SeededRandom(seed);
            var history = Arms.RatioHistory(random, 0.002, 60);
            var evidence = Create(Arms.Errors, history, isTaught ? Taught(Errors) : MetricKnowledge.Nothing);
            var tracker = new ForecastTracker(
                Arms.Errors,
                history,
                EvidenceSettings.Default,
                FailureForecaster.Default
            );
            EvidenceReading reading = default;
            var sustained = 0.0;
            for (var minute = 0; minute < onset + 2; minute++)
            {
                var stable = Arms.Ratio(random.Binomial(60, 0.002), 60);
                var canary = Arms.Ratio(random.Binomial(60, minute < onset ? 0.002 : 0.5), 60);
                reading = evidence.Observe(Arms.Bucket(minute, stable, canary));
                sustained = tracker.Observe(reading, 0, canary.Count, canary.IsEmpty).PSustained;
            }
            reading.IsAnomaly.ShouldBeTrue($"seed {seed}");
            sustained.ShouldBeGreaterThanOrEqualTo(0.7, $"seed {seed}");
        }
    }
}
