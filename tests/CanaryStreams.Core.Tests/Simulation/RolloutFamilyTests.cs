using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Tests.Simulation;

public class RolloutFamilyTests
{
    [Fact]
    public void Parse_GroupsAndNames_GivesEachFamilyOnce()
    {
        RolloutFamilies.Parse("all").ShouldBe(RolloutFamilies.All);
        RolloutFamilies
            .Parse("faulty-cpu, faulty-memory-leak,faulty-cpu")
            .ShouldBe([RolloutFamily.FaultyCpu, RolloutFamily.FaultyMemoryLeak]);
        RolloutFamilies.Parse("healthy").ShouldAllBe(f => !f.IsFaulty());
    }

    [Fact]
    public void Parse_UnknownName_NamesIt() =>
        Should.Throw<FormatException>(() => RolloutFamilies.Parse("sick")).Message.ShouldContain("'sick'");

    [Theory]
    [InlineData(DisturbanceShape.Step, 10, 1.5)]
    [InlineData(DisturbanceShape.Ramp, 7, 2.0)]
    [InlineData(DisturbanceShape.Pulse, 6.9, 1.5)]
    [InlineData(DisturbanceShape.Pulse, 7, 1.0)]
    [InlineData(DisturbanceShape.Decay, 7, 1.1839397205857212)]
    public void Factor_OfADisturbance_FollowsItsShape(DisturbanceShape shape, double minute, double expected)
    {
        var disturbance = new Disturbance(shape, Track.Canary, 5, 2, 0.5);
        disturbance.Factor(Track.Canary, minute).ShouldBe(expected, 1e-12);
        disturbance.Factor(Track.Stable, minute).ShouldBe(1);
        disturbance.Factor(Track.Canary, 4).ShouldBe(1);
    }

    [Fact]
    public void TrueEffect_OfAFaultyMetric_IsWhatWasDone()
    {
        var rollout = RolloutSimulator.Rollouts(9, 1, [RolloutFamily.FaultyErrorsTenfold]).Single();
        var errors = rollout.Metrics.Single(m => m.Policy.Name == "error_rate");
        errors.TrueEffect(59).ShouldBe(0.009, 1e-12);
        errors.IsHurt(59).ShouldBeTrue();
        errors.IsHurt(-1).ShouldBeFalse();
    }
}
