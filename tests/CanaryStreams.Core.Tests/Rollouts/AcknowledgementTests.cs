using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Tests.Rollouts;

public sealed class AcknowledgementTests
{
    [Fact]
    public void Ack_ForNothingOrFromElsewhere_IsRefused()
    {
        var given = Given.Requested();
        var ack = Given.Ack(given.Commands.Single());

        given.When(new ReceiveAck(given.Now, ack with { Id = "checkout-2.4.1/9" })).Refusal.ShouldNotBeNull();
        given.When(new ReceiveAck(given.Now, ack with { Cluster = "us-1" })).Refusal!.ShouldContain("eu-1");
    }

    [Fact]
    public void Ack_OfACommandThatWasSentTwice_IsNoNewsAndNoMistake()
    {
        var given = Given.Requested();
        var ack = Given.Ack(given.Commands.Single());
        given.Acked();

        given.When(new ReceiveAck(given.Now, ack)).Then.ShouldBeEmpty();
        given.Refusal.ShouldBeNull();
        given.When(new ReceiveAck(given.Now, ack with { Status = AckStatus.Failed })).Then.ShouldBeEmpty();
        given.Refusal.ShouldBeNull();
        given.When(new ReceiveAck(given.Now, ack with { Id = "checkout-2.4.1/0" })).Refusal.ShouldNotBeNull();
        given.When(new ReceiveAck(given.Now, ack with { Id = "checkout-2.4.1/2" })).Refusal.ShouldNotBeNull();
    }
}
