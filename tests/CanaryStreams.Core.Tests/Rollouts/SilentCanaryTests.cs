using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>A canary of which nothing is heard while stable speaks.</summary>
public class SilentCanaryTests
{
    private static readonly Policy s_policy = Given.Policy with { DecideBy = TimeSpan.FromHours(2) };

    private static readonly Signal s_stable = Given.Stable("eu-1");
    private static readonly Signal s_stableMissing = Given.Stable("eu-1", SignalQuality.Missing);
    private static readonly Signal s_missing = Given.Canary("eu-1", quality: SignalQuality.Missing);

    private static Signal Latency(Signal of) => of with { Metric = "latency_ms" };

    /// <summary>Buckets a minute apart until one leads to a rollback; how many it took, or null.</summary>
    private static int? RolledBackAfter(Given given, int minutes, params Signal[] signals)
    {
        for (var minute = 1; minute <= minutes; minute++)
        {
            if (given.Bucket(1, signals).State.Rollback is not null)
                return minute;
        }
        return null;
    }

    [Fact]
    public void SilentCanary_LongerThanThePatience_RollsBackWithItsOwnCauseAndSentence()
    {
        var given = Given.Requested(s_policy).Acked().HealthyMinutes(5);
        given.Bucket(1, s_stable, Given.Canary("eu-1", quality: SignalQuality.Stale)).Then.ShouldBeEmpty();
        given.Bucket(1, s_stable, Given.Canary("eu-1", quality: SignalQuality.Stale)).Then.ShouldBeEmpty();

        var held = given.Bucket(1, s_stable, s_missing).Then.ShouldHaveSingleItem().ShouldBeOfType<RolloutHeld>();
        held.Condition.ShouldBe(TelemetryCondition.CanarySilent);
        held.Reason.ShouldBe(
            "nothing is heard of the canary in eu-1, neither measurements nor synthetic runs, while stable speaks"
        );
        RolledBackAfter(given, 100, s_stable, s_missing).ShouldBe(17);

        given.State.Rollback!.Cause.ShouldBe(RollbackCause.SilentCanary);
        given.State.Rollback.Evidence.ShouldBeEmpty();
        given.State.Rollback.Summary.ShouldBe(
            "checkout 2.4.1 rolled back in eu-1: nothing has been heard of the canary since 10:05 (20 min), neither "
                + "measurements nor synthetic runs, while stable speaks; its 5 % were acknowledged at 10:00"
        );
        given.Commands.Single().Command.ShouldBe(CommandKind.Rollback);
    }

    [Fact]
    public void SilentCanary_NeverHeardOfSinceItsWeightWasAcknowledged_RollsBackAfterThePatience()
    {
        var given = Given.Requested(s_policy);
        given.Bucket(7, s_stable).State.IsHeld(HoldKind.Telemetry).ShouldBeFalse();
        given.Acked();

        RolledBackAfter(given, 100, s_stable).ShouldBe(20);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(15)]
    [InlineData(17)]
    public void SilentCanary_ThatComesBack_GoesOn(int minutes)
    {
        var given = Given.Requested(s_policy).Acked().HealthyMinutes(5);

        for (var again = 0; again < 3; again++)
        {
            RolledBackAfter(given, minutes, s_stable, s_missing).ShouldBeNull();
            given.Healthy().Then.ShouldHaveSingleItem().ShouldBeOfType<RolloutResumed>();
        }

        given.HealthyMinutes(10).History.OfType<StepPassed>().ShouldNotBeEmpty();
    }

    [Fact]
    public void SilentCanary_WhileStableIsSilentToo_NeverRollsBack()
    {
        var given = Given.Requested(s_policy).Acked().HealthyMinutes(5);

        RolledBackAfter(given, 200, s_stableMissing, s_missing).ShouldBeNull();

        given.State.Holds.First(h => h.Kind == HoldKind.Telemetry).Condition.ShouldBe(TelemetryCondition.Missing);
    }

    [Fact]
    public void SilentCanary_AfterASilenceOfBoth_CountsFromStablesReturn()
    {
        var given = Given.Requested(s_policy).Acked().HealthyMinutes(5);
        RolledBackAfter(given, 60, s_stableMissing, s_missing).ShouldBeNull();

        RolledBackAfter(given, 100, s_stable, s_missing).ShouldBe(21);
    }

    [Fact]
    public void SilentCanary_WhileAMetricOfStableIsMissingToo_NeverRollsBack()
    {
        var given = Given.Requested(s_policy).Acked().HealthyMinutes(5);

        RolledBackAfter(given, 100, s_stable, Latency(s_stableMissing), s_missing, Latency(s_missing)).ShouldBeNull();
    }

    [Fact]
    public void SilentCanary_OfOneMetricOnly_NeverRollsBack()
    {
        var given = Given.Requested(s_policy).Acked().HealthyMinutes(5);
        Signal[] signals = [s_stable, Latency(s_stable), s_missing, Latency(Given.Canary("eu-1"))];

        RolledBackAfter(given, 100, signals).ShouldBeNull();

        given.State.Holds.First(h => h.Kind == HoldKind.Telemetry).Condition.ShouldBe(TelemetryCondition.Missing);
    }

    [Theory]
    [InlineData("queue_length", null)]
    [InlineData("synthetic:buy", null)]
    [InlineData("error_rate", SignalFlaw.Late)]
    [InlineData("error_rate", SignalFlaw.ZeroTraffic)]
    [InlineData("error_rate", SignalFlaw.InvalidValue)]
    public void SilentCanary_ThatSaysAnythingAtAll_IsNotSilent(string metric, SignalFlaw? flaw)
    {
        var given = Given.Requested(s_policy).Acked().HealthyMinutes(5);
        var quality = flaw is null ? SignalQuality.Ok : SignalQuality.Missing;
        var sign = Given.Canary("eu-1", quality: quality) with { Metric = metric, Flaw = flaw };

        RolledBackAfter(given, 100, s_stable, sign, Latency(s_missing)).ShouldBeNull();
    }

    [Fact]
    public void SilentCanary_OfOneVariantOnly_NeverRollsBack()
    {
        var given = Given.Requested(s_policy, variants: ["a", "b"]).Acked();
        Signal[] signals = [s_stable, Given.Canary("eu-1", variant: "a"), s_missing with { Variant = "b" }];

        RolledBackAfter(given, 100, signals).ShouldBeNull();
    }

    [Fact]
    public void SilentCanary_WithAGapThatNobodyWatched_CountsAnew()
    {
        var given = Given.Requested(s_policy).Acked().HealthyMinutes(5);
        RolledBackAfter(given, 15, s_stable, s_missing).ShouldBeNull();
        given.Bucket(30, s_stable, s_missing).State.Rollback.ShouldBeNull();

        RolledBackAfter(given, 100, s_stable, s_missing).ShouldBe(20);
    }

    [Fact]
    public void SilentCanary_PolicySaysNever_HoldsOnly()
    {
        var given = Given.Requested(s_policy with { SilentCanary = null }).Acked().HealthyMinutes(5);

        RolledBackAfter(given, 300, s_stable, s_missing).ShouldBeNull();
        given.State.IsHeld(HoldKind.Telemetry).ShouldBeTrue();
    }

    [Fact]
    public void SilentCanary_OfARolloutRequestedBeforeTheRule_HoldsOnly()
    {
        var json = Golden.Read("rollout.requested.v1.json");

        var requested = EventCodec.Decode("rollout.requested.v1", json).ShouldBeOfType<RolloutRequested>();

        requested.Policy.SilentCanary.ShouldBeNull();
    }

    [Theory]
    [InlineData(20, "\"silentCanary\":\"00:20:00\"")]
    [InlineData(null, null)]
    public void Codec_OfAPolicy_KeepsItsPatienceAndThatItHasNone(int? minutes, string? expected)
    {
        TimeSpan? patience = minutes is { } given ? TimeSpan.FromMinutes(given) : null;
        var requested = new RolloutRequested(Given.Start, Given.Request(), s_policy with { SilentCanary = patience });

        var json = EventCodec.Encode(requested);

        var text = System.Text.Encoding.UTF8.GetString(json);
        text.Contains("silentCanary", StringComparison.Ordinal).ShouldBe(expected is not null);
        text.ShouldContain(expected ?? "");
        EventCodec
            .Decode("rollout.requested.v1", json)
            .ShouldBeOfType<RolloutRequested>()
            .Policy.SilentCanary.ShouldBe(patience);
    }

    [Theory]
    [InlineData("rollout.held.v1")]
    [InlineData("rollout.rollback-decided.v2")]
    public void Codec_OfWhatASilentCanaryLeadsTo_GivesItBack(string name)
    {
        var given = Given.Requested(s_policy).Acked();
        RolledBackAfter(given, 100, s_stable).ShouldBe(20);
        var happened = given.History.First(e => EventCodec.NameOf(e) == name);

        var json = EventCodec.Encode(happened);

        System
            .Text.Encoding.UTF8.GetString(json)
            .ShouldMatch("\"(condition\":\"canarySilent|cause\":\"silentCanary)\"");
        EventCodec.Encode(EventCodec.Decode(name, json)).ShouldBe(json);
    }

    [Fact]
    public void Hold_WhoseConditionChanges_SaysSoOnceAndIsStillOneHold()
    {
        var given = Given.Requested(s_policy).Acked().HealthyMinutes(5);
        given.Bucket(1, s_stable, s_missing);
        var since = given.State.Holds.Single().Since;

        var changed = given.Bucket(1, s_stableMissing, s_missing).Then.ShouldHaveSingleItem();
        given.Bucket(1, s_stableMissing, s_missing).Then.ShouldBeEmpty();

        changed.ShouldBeOfType<RolloutHeld>().Condition.ShouldBe(TelemetryCondition.Missing);
        given.State.Holds.ShouldHaveSingleItem().Since.ShouldBe(since);
        given.Healthy().Then.ShouldHaveSingleItem().ShouldBeOfType<RolloutResumed>();
    }
}
