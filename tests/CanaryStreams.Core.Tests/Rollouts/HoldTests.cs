using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Tests.Rollouts;

/// <summary>Agents that don't answer, steps without a verdict, and take-overs.</summary>
public class HoldTests
{
    [Fact]
    public void Command_Unanswered_IsSentAgainWithItsIdAndThenHolds()
    {
        var given = Given.Requested(Given.Policy with { AckRetries = 2 });

        given.NextDeadline().Commands.Single().Id.ShouldBe("checkout-2.4.1/1");
        given.Now.ShouldBe(Given.Start.AddMinutes(2));
        given.NextDeadline().Commands.Single().Id.ShouldBe("checkout-2.4.1/1");
        given.NextDeadline().Then.Select(e => e.GetType()).ShouldBe([typeof(AgentUnresponsive), typeof(RolloutHeld)]);

        given
            .Acked()
            .Then.Select(e => e.GetType())
            .ShouldBe([typeof(CommandAcknowledged), typeof(RolloutResumed), typeof(StepStarted)]);
    }

    [Fact]
    public void Command_OfASilentAgent_IsIssuedAnewAtHalfOfItsExpiry()
    {
        var given = Given.Requested(Given.Policy with { AckRetries = 0 });
        given.NextDeadline().State.IsHeld(HoldKind.Agent).ShouldBeTrue();

        given.NextDeadline();

        given.Now.ShouldBe(Given.Start.AddMinutes(15));
        given.Commands.Single().Id.ShouldBe("checkout-2.4.1/2");
        given.State.Pending.ShouldHaveSingleItem().Number.ShouldBe(2);
    }

    [Fact]
    public void Command_Failed_IsTriedAgainAndThenHoldsWithTheAgentsWords()
    {
        var given = Given.Requested(Given.Policy with { AckRetries = 1 });
        var failed = Given.Ack(given.Commands.Single(), AckStatus.Failed);

        given.When(new ReceiveAck(given.Now, failed)).Then.ShouldHaveSingleItem().ShouldBeOfType<CommandFailed>();
        given.When(new ReceiveAck(given.Now, failed)).Then.ShouldBeEmpty();
        given.NextDeadline().Commands.Count().ShouldBe(1);
        given.When(new ReceiveAck(given.Now, failed)).NextDeadline();

        given.State.Holds.ShouldHaveSingleItem().Reason.ShouldContain("no such pool");
        given.When(new ResumeRollout(given.Now, "ann", null)).Commands.Single().Id.ShouldBe("checkout-2.4.1/2");
        given.Acked().State.Step!.Phase.ShouldBe(StepPhase.Baking);
    }

    [Fact]
    public void Rollback_Unanswered_IsSentEverMoreSeldom()
    {
        var given = Given.Requested(Given.Policy with { AckRetries = 1 }).Acked().HealthyMinutes(1);
        given.Bucket(1, Given.Pair("eu-1", Given.Anomalous, 0.9));
        var began = given.Now;

        var sent = new List<double>();
        for (var i = 0; i < 6; i++)
        {
            given.NextDeadline().Commands.Single().Id.ShouldBe("checkout-2.4.1/2");
            sent.Add((given.Now - began).TotalMinutes);
        }

        sent.ShouldBe([2, 6, 14, 30, 60, 90]);
        given.History.OfType<AgentUnresponsive>().Count().ShouldBe(1);
        given.Acked().State.Outcome.ShouldBe(RolloutOutcome.RolledBack);
    }

    [Fact]
    public void Ack_WithAnotherWeight_IsWhatIsRecorded()
    {
        var given = Given.Requested();

        given.When(new ReceiveAck(given.Now, Given.Ack(given.Commands.Single()) with { WeightPct = 4 }));

        given.State.Clusters[0].WeightPct.ShouldBe(4);
    }

    [Fact]
    public void Canary_WhileItBakes_IsRenewedBeforeItExpires()
    {
        var given = Given.Requested(
            Given.Policy with
            {
                Bake = TimeSpan.FromHours(1),
                DecideBy = TimeSpan.FromHours(2),
            }
        );
        given.Acked().HealthyMinutes(14);

        given.NextDeadline();

        given.Now.ShouldBe(Given.Start.AddMinutes(15));
        var renewed = given.Commands.Single();
        renewed.Id.ShouldBe("checkout-2.4.1/2");
        renewed.WeightPct.ShouldBe(5);
        renewed.Expires.ShouldBe(given.Now.AddMinutes(30));
        given.Acked().State.Step!.StartedAt.ShouldBe(Given.Start);
    }

    [Theory]
    [InlineData(Inconclusive.Hold)]
    [InlineData(Inconclusive.Promote)]
    [InlineData(Inconclusive.Rollback)]
    public void Step_WithoutVerdict_FollowsThePolicy(Inconclusive rule)
    {
        var given = Given.Requested(Given.Policy with { Inconclusive = rule }).Acked();
        while (given.Now < Given.Start.AddMinutes(30))
            given.Bucket(1, Given.Pair("eu-1", Given.Suspicious));

        switch (rule)
        {
            case Inconclusive.Promote:
                given.History.OfType<StepPassed>().Single().Inconclusive.ShouldBeTrue();
                given.Commands.Single().WeightPct.ShouldBe(25);
                break;
            case Inconclusive.Rollback:
                given.State.Rollback!.Cause.ShouldBe(RollbackCause.Inconclusive);
                break;
            default:
                given.State.IsHeld(HoldKind.Inconclusive).ShouldBeTrue();
                given.When(new ResumeRollout(given.Now, "ann", null)).HealthyMinutes(2).State.Step!.Index.ShouldBe(1);
                break;
        }
    }

    [Theory]
    [InlineData(Inconclusive.Promote)]
    [InlineData(Inconclusive.Rollback)]
    public void Step_WithoutTelemetry_HoldsWhateverThePolicySays(Inconclusive rule)
    {
        var given = Given.Requested(Given.Policy with { Inconclusive = rule }).Acked().HealthyMinutes(1);

        given.NextDeadline().State.IsHeld(HoldKind.Telemetry).ShouldBeTrue();
        while (!given.State.IsHeld(HoldKind.Inconclusive))
            given.NextDeadline().Acked();

        given.State.Step!.Index.ShouldBe(0);
        given.Now.ShouldBe(Given.Start.AddMinutes(30));
    }

    [Fact]
    public void Step_WithAnAnomalyOpen_IsNotPromotedForWantOfAVerdict()
    {
        var given = Given.Requested(Given.Policy with { Inconclusive = Inconclusive.Promote }).Acked();
        while (given.Now < Given.Start.AddMinutes(30))
            given.Bucket(1, Given.Pair("eu-1", Given.Anomalous, 0.1));

        given.State.IsHeld(HoldKind.Inconclusive).ShouldBeTrue();
    }

    [Fact]
    public void Bake_AsLongAsDecideBy_StillPasses()
    {
        var policy = Given.Policy with { Bake = TimeSpan.FromMinutes(30) };

        Given.Requested(policy).Acked().HealthyMinutes(30).State.Step!.Index.ShouldBe(1);
    }

    [Fact]
    public void TakeOver_SendsWhatIsOutstandingAgainUnderTheNewEpoch()
    {
        var given = Given.Requested();
        var first = given.Commands.Single();

        given.When(new TakeOver(given.Now.AddMinutes(1), 2));

        var again = given.Commands.Single();
        again.ShouldBe(first with { Epoch = 2 });
        given.When(new TakeOver(given.Now, 2)).Then.ShouldBeEmpty();
    }

    [Fact]
    public void TakeOver_LongAfter_GivesAFreshCommandInPlaceOfAnExpiredOne()
    {
        var given = Given.Requested();

        given.When(new TakeOver(given.Now.AddHours(2), 2));

        var command = given.Commands.Single();
        command.Id.ShouldBe("checkout-2.4.1/2");
        command.Epoch.ShouldBe(2);
    }

    [Fact]
    public void Deadlines_OfARolloutThatEnded_AreNone()
    {
        var given = Given.Requested().Acked();
        given.When(new CancelRollout(given.Now, "ann", null)).Acked();

        Deadlines.Next(given.State, given.Now).ShouldBeNull();
        given.Pass(given.Now.AddDays(1)).Then.ShouldBeEmpty();
    }
}
