using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>Telemetry that is missing, late or can't be judged.</summary>
public class TelemetryHoldTests
{
    [Fact]
    public void Telemetry_PolicyWithoutMetrics_PassesWhileTheCanaryIsHeardOf()
    {
        var given = Given.Requested(Given.Policy with { Metrics = [] }).Acked();

        given.HealthyMinutes(9).State.Step!.Index.ShouldBe(0);
        given.Healthy().State.Step!.Index.ShouldBe(1);
    }

    [Fact]
    public void Telemetry_OfStableMissing_HoldsOnceAndTheTimeDoesNotCount()
    {
        var given = Given.Requested().Acked().HealthyMinutes(5);
        Signal[] late = [Given.Stable("eu-1", SignalQuality.Stale), Given.Canary("eu-1")];
        Signal[] halfBlind = [Given.Stable("eu-1", SignalQuality.Missing), Given.Canary("eu-1")];

        given.Bucket(1, late).Then.ShouldBeEmpty();
        given.Bucket(1, late).Then.ShouldBeEmpty();
        given
            .Bucket(1, halfBlind)
            .Then.ShouldHaveSingleItem()
            .ShouldBeOfType<RolloutHeld>()
            .Reason.ShouldContain("stable");
        given.Bucket(1, halfBlind).Then.ShouldBeEmpty();
        given.Healthy().Then.ShouldHaveSingleItem().ShouldBeOfType<RolloutResumed>();

        given.HealthyMinutes(3).State.Step!.Index.ShouldBe(0);
        given.Healthy().State.Step!.Index.ShouldBe(1);
        given.History.OfType<StepPassed>().Single().Baked.ShouldBe(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public void Telemetry_OnlyLate_StopsGrowthInItsBucketAndHoldsNothing()
    {
        var given = Given.Requested().Acked().HealthyMinutes(9);

        given.Bucket(1, Given.Stable("eu-1"), Given.Canary("eu-1", quality: SignalQuality.Stale)).Then.ShouldBeEmpty();

        given.State.Step!.Index.ShouldBe(0);
        given.Healthy().State.Step!.Index.ShouldBe(1);
    }

    [Fact]
    public void Telemetry_OfTheCanaryAbsent_HoldsAfterPatience()
    {
        var given = Given.Requested().Acked();

        given.Bucket(1, Given.Stable("eu-1")).Then.ShouldBeEmpty();
        given.Bucket(1, Given.Stable("eu-1")).Then.ShouldBeEmpty();
        given.Bucket(1, Given.Stable("eu-1")).Then.ShouldHaveSingleItem().ShouldBeOfType<RolloutHeld>();
    }

    [Fact]
    public void Telemetry_OfNoPolicyMetric_Holds()
    {
        var given = Given.Requested().Acked().HealthyMinutes(1);
        var unnamed = Given.Pair("eu-1").Select(s => s with { Metric = "queue_length" }).ToArray();

        given
            .Bucket(1, unnamed)
            .Then.ShouldHaveSingleItem()
            .ShouldBeOfType<RolloutHeld>()
            .Reason.ShouldContain("no metric");
    }

    [Fact]
    public void Telemetry_NotAtAll_HoldsAtTheDeadline()
    {
        var given = Given.Requested().Acked().HealthyMinutes(2);

        Deadlines.Next(given.State, given.Now).ShouldBe(given.Now.AddMinutes(3));
        given
            .NextDeadline()
            .Then.ShouldHaveSingleItem()
            .ShouldBeOfType<RolloutHeld>()
            .Kind.ShouldBe(HoldKind.Telemetry);
    }

    [Fact]
    public void Telemetry_WithAGap_DoesNotCountTheGap()
    {
        var given = Given.Requested().Acked().HealthyMinutes(5).Healthy(20);

        given.HealthyMinutes(4).State.Step!.Index.ShouldBe(0);
        given.Healthy().State.Step!.Index.ShouldBe(1);
    }

    [Fact]
    public void Telemetry_OfACanaryNobodyCompares_HoldsAndIsNoPass()
    {
        var given = Given.Requested().Acked();
        Signal[] uncompared = [Given.Stable("eu-1"), Given.Canary("eu-1") with { Evidence = null }];

        for (var i = 0; i < 20; i++)
            given.Bucket(1, uncompared);

        given.State.Step!.Index.ShouldBe(0);
        given
            .State.Holds.ShouldHaveSingleItem()
            .Reason.ShouldStartWith("error_rate of the canary in eu-1 is not compared with stable: ");
        given.HealthyMinutes(10).State.Step!.Index.ShouldBe(1);
    }

    [Theory]
    [InlineData(SignalFlaw.Late, TelemetryCondition.Late, "comes too late")]
    [InlineData(SignalFlaw.ZeroTraffic, TelemetryCondition.ZeroTraffic, "has no traffic")]
    [InlineData(SignalFlaw.InvalidValue, TelemetryCondition.InvalidValue, "has no usable value")]
    [InlineData(null, TelemetryCondition.Missing, "is missing")]
    public void Telemetry_WithAFlaw_HoldsWithItsConditionAndReason(
        SignalFlaw? flaw,
        TelemetryCondition condition,
        string words
    )
    {
        var given = Given.Requested().Acked().HealthyMinutes(5);
        var latency = Given.Pair("eu-1").Select(signal => signal with { Metric = "latency_ms" });
        var flawed = Given.Canary("eu-1", quality: SignalQuality.Missing) with { Flaw = flaw };

        var held = given
            .Bucket(1, [Given.Stable("eu-1"), flawed, .. latency])
            .Then.ShouldHaveSingleItem()
            .ShouldBeOfType<RolloutHeld>();

        held.Condition.ShouldBe(condition);
        held.Reason.ShouldStartWith($"error_rate of the canary in eu-1 {words}");
    }

    [Fact]
    public void Telemetry_OfStableSilentAltogether_HasItsOwnConditionAndNeverRollsBack()
    {
        var given = Given.Requested().Acked().HealthyMinutes(5);

        for (var minute = 0; minute < 60; minute++)
            given.Bucket(1, Given.Stable("eu-1", SignalQuality.Missing), Given.Canary("eu-1"));

        given
            .State.Holds.First(hold => hold.Kind == HoldKind.Telemetry)
            .Condition.ShouldBe(TelemetryCondition.StableSilent);
        given.State.Rollback.ShouldBeNull();
    }
}
