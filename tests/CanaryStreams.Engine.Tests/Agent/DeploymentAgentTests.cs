using CanaryStreams.Agent;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Engine.Tests.Agent;

public class DeploymentAgentTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    private readonly RecordedTraffic _traffic = new();
    private readonly DeploymentAgent _agent;

    public DeploymentAgentTests() => _agent = new DeploymentAgent("shop", "eu", _traffic);

    [Theory]
    [InlineData(CommandKind.SetCanary, null, "canary 2.0 at 5")]
    [InlineData(CommandKind.SetCanary, "a", "canary 2.0/a at 5")]
    [InlineData(CommandKind.SelectVariant, "b", "variant 2.0/b at 5")]
    [InlineData(CommandKind.Promote, null, "promote 2.0")]
    [InlineData(CommandKind.Rollback, null, "rollback 2.0")]
    public void Handle_ACommand_IsAppliedAndAcknowledged(CommandKind kind, string? variant, string expected)
    {
        var ack = _agent.Handle(Command(1) with { Command = kind, Variant = variant }, Now)!;

        _traffic.Moves.ShouldBe([expected]);
        ack.ShouldBe(new Acknowledgement(Now, "r1/1", "r1", "shop", "eu", AckStatus.Applied, 5, null));
    }

    [Theory]
    [InlineData(CommandKind.Hold)]
    [InlineData(CommandKind.Resume)]
    public void Handle_HoldAndResume_MoveNothing(CommandKind kind)
    {
        _agent.Handle(Command(1) with { Command = kind }, Now)!.Status.ShouldBe(AckStatus.Applied);

        _traffic.Moves.ShouldBeEmpty();
    }

    [Fact]
    public void Handle_TheSameIdAgain_IsAcknowledgedAndNotRepeated()
    {
        var first = _agent.Handle(Command(1), Now);
        _agent.Handle(Command(2) with { WeightPct = 25 }, Now);

        var again = _agent.Handle(Command(1), Now.AddMinutes(1));

        again.ShouldBe(first! with { Time = Now.AddMinutes(1) });
        _traffic.Moves.ShouldBe(["canary 2.0 at 5", "canary 2.0 at 25"]);
    }

    [Fact]
    public void Handle_OfALowerEpoch_IsDropped()
    {
        _agent.Handle(Command(1) with { Epoch = 3 }, Now);

        _agent.Handle(Command(2) with { Epoch = 2 }, Now).ShouldBeNull();
        _agent.Handle(Command(1) with { Epoch = 2 }, Now).ShouldBeNull();

        _agent.Handle(Command(3) with { Epoch = 3 }, Now).ShouldNotBeNull();
        _agent.Handle(Command(1, "r2") with { Epoch = 1 }, Now).ShouldNotBeNull("each rollout has epochs of its own");
        _traffic.Moves.Count.ShouldBe(3);
    }

    [Fact]
    public void Handle_AnAgentThatBeganAnewAndRecalled_DoesNotGoBackBehindARollback()
    {
        var rollback = Command(2) with { Command = CommandKind.Rollback, WeightPct = 0 };
        _agent.Recall(Command(1));
        _agent.Recall(rollback);
        _traffic.Moves.ShouldBeEmpty();

        _agent.Handle(Command(1), Now).ShouldBeNull();
        _agent.Handle(rollback, Now)!.Status.ShouldBe(AckStatus.Applied);
        _agent.Handle(Command(1) with { Epoch = 0 }, Now).ShouldBeNull();

        _traffic.Moves.ShouldBe(["rollback 2.0"]);
    }

    [Fact]
    public void Handle_AnOlderCommandOfAnotherVariant_IsStillApplied()
    {
        _agent.Recall(Command(2) with { Variant = "b" });

        _agent.Handle(Command(1) with { Variant = "a" }, Now)!.Status.ShouldBe(AckStatus.Applied);
        _agent.Recall(Command(4) with { Command = CommandKind.SelectVariant, Variant = "b" });
        _agent.Handle(Command(3) with { Variant = "a" }, Now).ShouldBeNull();
    }

    [Theory]
    [InlineData("other", "eu")]
    [InlineData("shop", "us")]
    public void Handle_ForAnotherAgent_IsIgnored(string app, string cluster)
    {
        _agent.Handle(Command(1) with { App = app, Cluster = cluster }, Now).ShouldBeNull();

        _traffic.Moves.ShouldBeEmpty();
    }

    [Fact]
    public void Handle_TrafficRefuses_AFailedAcknowledgementAndTheNextTryCounts()
    {
        _traffic.Fails = new IOException("the socket is gone");
        var failed = _agent.Handle(Command(1), Now)!;
        _traffic.Fails = null;

        failed.Status.ShouldBe(AckStatus.Failed);
        failed.Error.ShouldBe("the socket is gone");
        failed.WeightPct.ShouldBeNull();
        _agent.Handle(Command(1), Now)!.Status.ShouldBe(AckStatus.Applied);
        _traffic.Moves.ShouldBe(["canary 2.0 at 5"]);
    }

    [Fact]
    public void Handle_SelectVariantWithoutAVariant_Fails() =>
        _agent.Handle(Command(1) with { Command = CommandKind.SelectVariant }, Now)!.Status.ShouldBe(AckStatus.Failed);

    [Fact]
    public void Expire_NobodyRenewedTheCanary_BackToStableOnce()
    {
        _agent.Handle(Command(1) with { Expires = Now.AddMinutes(30) }, Now);

        _agent.ExpireAt(Now.AddMinutes(29)).ShouldBeFalse();
        _agent.ExpireAt(Now.AddMinutes(30)).ShouldBeTrue();
        _agent.ExpireAt(Now.AddMinutes(31)).ShouldBeFalse();

        _traffic.Moves.ShouldBe(["canary 2.0 at 5", "rollback 2.0"]);
    }

    [Fact]
    public void Expire_ANewerCommandCame_ItsTimeCounts()
    {
        _agent.Handle(Command(1) with { Expires = Now.AddMinutes(30) }, Now);
        _agent.Handle(Command(2) with { Expires = Now.AddMinutes(50) }, Now.AddMinutes(20));

        _agent.ExpireAt(Now.AddMinutes(30)).ShouldBeFalse();
        _agent.Handle(Command(3) with { Command = CommandKind.Promote, Expires = null }, Now.AddMinutes(40));
        _agent.ExpireAt(Now.AddMinutes(50)).ShouldBeFalse();
    }

    [Fact]
    public void Expire_TrafficRefuses_IsTriedAgain()
    {
        _agent.Handle(Command(1) with { Expires = Now.AddMinutes(30) }, Now);
        _traffic.Fails = new TimeoutException("no answer");
        _agent.ExpireAt(Now.AddMinutes(30)).ShouldBeFalse();
        _traffic.Fails = null;

        _agent.ExpireAt(Now.AddMinutes(31)).ShouldBeTrue();
    }

    [Fact]
    public void Handle_VeryManyCommands_OnlyTheLastTenThousandAreRemembered()
    {
        for (var i = 1; i <= 10_001; i++)
            _agent.Handle(Command(i), Now);
        _traffic.Moves.Clear();

        _agent.Handle(Command(2), Now)!.Status.ShouldBe(AckStatus.Applied);
        _agent.Handle(Command(1), Now).ShouldBeNull("what is forgotten is older than what is known");
        _traffic.Moves.ShouldBeEmpty();
    }

    [Fact]
    public void Handle_VeryManyRollouts_OnlyTheLastThousandEpochsAreRemembered()
    {
        for (var i = 1; i <= 1001; i++)
            _agent.Handle(Command(1, $"r{i}") with { Epoch = 5 }, Now);

        _agent.Handle(Command(2, "r2") with { Epoch = 4 }, Now).ShouldBeNull();
        _agent.Handle(Command(2, "r1") with { Epoch = 4 }, Now).ShouldNotBeNull();
    }

    private static ControlCommand Command(int number, string rollout = "r1") =>
        new()
        {
            Time = Now,
            Id = $"{rollout}/{number}",
            Rollout = rollout,
            Epoch = 1,
            App = "shop",
            Cluster = "eu",
            Command = CommandKind.SetCanary,
            Version = "2.0",
            WeightPct = 5,
            Reason = CommandReason.Of("because"),
        };

    private sealed class RecordedTraffic : ITraffic
    {
        public List<string> Moves { get; } = [];

        public Exception? Fails { get; set; }

        public void SetCanary(string version, string? variant, int weightPct) =>
            Move($"canary {version}{(variant is null ? "" : "/" + variant)} at {weightPct}");

        public void SelectVariant(string version, string variant, int weightPct) =>
            Move($"variant {version}/{variant} at {weightPct}");

        public void Promote(string version) => Move($"promote {version}");

        public void Rollback(string version) => Move($"rollback {version}");

        private void Move(string what)
        {
            if (Fails is not null)
                throw Fails;
            Moves.Add(what);
        }
    }
}
