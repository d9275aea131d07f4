using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Tests.Simulation;

public class HardRolloutTests
{
    private static IEnumerable<SimulatedRollout> Draw(RolloutFamily family) =>
        RolloutSimulator.Rollouts(12, 20, [family]);

    private static SimulatedMetric Metric(SimulatedRollout rollout, string name) =>
        rollout.Metrics.Single(metric => metric.Policy.Name == name);

    [Fact]
    public void BatchJob_OnTheWhole_LoadsBothArmsAlikeAtOtherMinutes()
    {
        foreach (var rollout in Draw(RolloutFamily.HealthyBatchJob))
        {
            var cpu = Metric(rollout, "cpu_pct");
            var minutes = Enumerable.Range(0, SimulatedRollout.CanaryMinutes).Select(minute => minute + 0.25).ToList();
            minutes.Count(minute => cpu.Factor(Track.Canary, minute) > 1.3).ShouldBeInRange(6, 20);
            minutes.Count(minute => cpu.Factor(Track.Stable, minute) > 1.3).ShouldBeInRange(6, 20);
            rollout.OnsetMinute.ShouldBeNull();
        }
        Draw(RolloutFamily.HealthyBatchJob).Count(HitsBothAtOtherMinutes).ShouldBeGreaterThan(10);

        static bool HitsBothAtOtherMinutes(SimulatedRollout rollout) =>
            Enumerable
                .Range(0, SimulatedRollout.CanaryMinutes)
                .Count(minute => Math.Abs(Metric(rollout, "cpu_pct").TrueEffect(minute)) > 0.2) > 6;
    }

    [Fact]
    public void IntermittentErrors_SinceTheOnset_HurtTwoMinutesOfSix()
    {
        foreach (var rollout in Draw(RolloutFamily.FaultyIntermittent))
        {
            var errors = Metric(rollout, "error_rate");
            var onset = rollout.OnsetMinute.ShouldNotBeNull();
            Enumerable.Range(0, 30).Count(half => errors.IsHurt(onset + half)).ShouldBe(10);
            errors.IsHurt(onset - 0.5).ShouldBeFalse();
            Enumerable.Range(0, 30).Average(half => errors.TrueEffect(onset + half)).ShouldBeInRange(0.0033, 0.01);
        }
    }

    [Fact]
    public void HeavyTailed_ManyDraws_HasAVarianceOfOneAndFarMoreFarOut()
    {
        var random = new SeededRandom(3);
        var draws = Enumerable.Range(0, 200_000).Select(_ => random.HeavyTailed()).ToArray();
        draws.Average().ShouldBe(0, 0.02);
        draws.Average(draw => draw * draw).ShouldBe(1, 0.15);
        // P(|t₃| > 5√3) = 0.0032; of the normal law 6·10⁻⁷.
        draws.Count(draw => Math.Abs(draw) > 5).ShouldBeInRange(500, 800);
    }

    [Fact]
    public void Hard_Families_AreNotTrainedOn()
    {
        RolloutFamilies.Hard.Intersect(RolloutFamilies.All).ShouldBeEmpty();
        RolloutFamilies.Parse("hard").ShouldBe(RolloutFamilies.Hard);
        RolloutFamilies.Parse("faulty-intermittent").ShouldBe([RolloutFamily.FaultyIntermittent]);
        RolloutFamilies.Parse("healthy,faulty").ShouldBe(RolloutFamilies.All);
        RolloutFamilies
            .All.Concat(RolloutFamilies.Hard)
            .ShouldAllBe(f => f.IsFaulty() == f.Name().StartsWith("faulty"));
    }

    [Theory]
    [InlineData("0.85,1.5")]
    [InlineData("0, 2")]
    public void Noise_OfAPair_IsRead(string text)
    {
        var parts = text.Split(',').Select(double.Parse).ToArray();
        SimulationNoise.Parse(text).ShouldBe(new SimulationNoise(parts[0], parts[1]));
    }

    [Theory]
    [InlineData("1,1")]
    [InlineData("0.7")]
    [InlineData("0.7,0")]
    [InlineData("loud,1")]
    [InlineData("NaN,1")]
    public void Noise_OutOfRange_NamesIt(string text) =>
        Should.Throw<FormatException>(() => SimulationNoise.Parse(text)).Message.ShouldContain($"'{text}'");
}
