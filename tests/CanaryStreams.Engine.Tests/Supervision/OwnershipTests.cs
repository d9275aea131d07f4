using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Supervision;

namespace CanaryStreams.Engine.Tests.Supervision;

/// <summary>Who decides a rollout, after a crash, beside a zombie, and over events that can't be read.</summary>
public sealed class OwnershipTests : IDisposable
{
    private readonly MemoryJournal _journal = new();

    /// <summary>The first supervisor's.</summary>
    private readonly Claim _claim = new(0, 1);

    [Fact]
    public void Recover_TakesOverAndSaysOutstandingCommandsAgain()
    {
        _journal.Started().Handle([Fleet.Request("r1", "checkout")]);
        var published = new Outbox(_journal, 0).Read(0, 100).UpTo;

        var successor = Successor();
        successor.Recover(Fleet.Start.AddMinutes(1)).Appended.ShouldBe(2);

        var commands = _journal.Commands(published);
        commands.ShouldHaveSingleItem().Id.ShouldBe("r1/1");
        commands[0].Epoch.ShouldBe(2);
        successor.Handle([Fleet.Ack("r1/1")]);
        successor.StateOf("r1")!.Step!.Phase.ShouldBe(StepPhase.Baking);
    }

    [Fact]
    public void Zombie_WhosePartitionWasClaimed_WritesNothingAndIsTold()
    {
        var zombie = _journal.Started();
        zombie.Handle([Fleet.Request("r1", "checkout")]);
        var successor = Successor();
        successor.Recover(Fleet.Start.AddMinutes(1));
        var journalled = _journal.Read("rollout/r1").Count;

        Should
            .Throw<PartitionTakenException>(() => zombie.Handle([Fleet.Ack("r1/1")]))
            .Message.ShouldContain("successor");
        Should.Throw<PartitionTakenException>(() => zombie.Handle([Fleet.Request("r2", "search")]));

        _journal.Read("rollout/r1").Count.ShouldBe(journalled);
        _journal.Read("rollout/r2").ShouldBeEmpty();
        successor.Handle([Fleet.Request("r2", "search")]).Appended.ShouldBe(3);
    }

    [Fact]
    public void Zombie_ThatMeetsARolloutOfItsSuccessor_IsTold()
    {
        var zombie = _journal.Started();
        var successor = Successor();
        successor.Recover(Fleet.Start.AddMinutes(1));
        successor.Handle([Fleet.Request("r1", "checkout")]);

        Should.Throw<PartitionTakenException>(() => zombie.Handle([Fleet.Ack("r1/1")]));
        Should.Throw<PartitionTakenException>(() => zombie.Handle([Fleet.Request("r1", "checkout")]));
    }

    /// <summary>It would refuse the answer that its successor waits for, and commit its offset.</summary>
    [Fact]
    public void Zombie_ThatHearsAnAnswerToItsSuccessorsCommand_IsTold()
    {
        var zombie = _journal.Started();
        zombie.Handle([Fleet.Request("r1", "checkout")]);
        zombie.Handle([Fleet.Ack("r1/1")]);
        var successor = Successor();
        successor.Recover(Fleet.Start.AddMinutes(1));
        successor.Handle([Fleet.Override("r1", new CancelRollout(Fleet.Start.AddMinutes(1), "ann", null))]);

        Should.Throw<PartitionTakenException>(() => zombie.Handle([Fleet.Ack("r1/2")]));

        successor.Handle([Fleet.Ack("r1/2")]).Refusals.ShouldBeEmpty();
    }

    [Fact]
    public void Rollout_OfAnotherPartition_IsRefusedByWhoHoldsItsOwn()
    {
        _journal.Started().Handle([Fleet.Request("r1", "checkout")]);
        var elsewhere = new Supervisor(_journal, new SupervisorOptions { Partition = 1 });
        elsewhere.Recover(Fleet.Start);

        elsewhere.Handle([Fleet.Request("r1", "search")]).Refusals.ShouldHaveSingleItem();
    }

    [Fact]
    public void Rollout_WhoseStreamAnotherHasWrittenTo_IsLostAloneAndNothingOfItWritten()
    {
        var zombie = _journal.Started();
        zombie.Handle([Fleet.Request("r1", "checkout"), Fleet.Request("r2", "search")]);
        _journal.Append(
            _claim,
            [
                new(
                    "rollout/r1",
                    3,
                    [new("rollout.ownership-taken.v1", """{"time":"2026-11-22T10:00:00.000Z","epoch":2}"""u8.ToArray())]
                ),
            ]
        );

        var result = zombie.Handle([Fleet.Ack("r1/1"), Fleet.Ack("r2/1")]);

        var lost = result.Lost.ShouldHaveSingleItem();
        lost.Rollout.ShouldBe("r1");
        lost.Cause.ShouldBe(LossCause.TakenOver);
        zombie.StateOf("r1").ShouldBeNull();
        zombie.StateOf("r2")!.Step!.Phase.ShouldBe(StepPhase.Baking);
        _journal.Read("rollout/r1").Count.ShouldBe(4);
        zombie
            .Handle([Fleet.Override("r1", new CancelRollout(Fleet.Start.AddHours(1), "ann", null))])
            .Refusals.ShouldHaveSingleItem()
            .Reason.ShouldContain("another process");
    }

    [Fact]
    public void Recover_WithACorruptRollout_StopsThatOneOnly()
    {
        _journal.Started().Handle([Fleet.Request("r1", "checkout"), Fleet.Request("r2", "search")]);
        _journal.Append(_claim, [new("rollout/r1", 3, [new("rollout.from-the-future.v9", "{}"u8.ToArray())])]);

        var successor = Successor();
        var lost = successor.Recover(Fleet.Start).Lost.ShouldHaveSingleItem();

        lost.Cause.ShouldBe(LossCause.Corrupt);
        lost.Reason.ShouldContain("from-the-future");
        successor.Active.ShouldHaveSingleItem().Request!.Rollout.ShouldBe("r2");
        new RolloutReader(_journal).List()[0].Reason!.ShouldContain("To go on");
    }

    [Fact]
    public void Outbox_WithACorruptEvent_StopsThatRolloutOnlyAndSaysSoOnce()
    {
        _journal.Started().Handle([Fleet.Request("r1", "checkout")]);
        _journal.Append(
            _claim,
            [
                new("rollout/r1", 3, [new("rollout.from-the-future.v9", "{}"u8.ToArray())]),
                new("rollout/r1", 4, [new("rollout.resumed.v1", "{}"u8.ToArray())]),
            ]
        );
        _journal.Started().Handle([Fleet.Request("r2", "search")]);
        var outbox = new Outbox(_journal, 0);

        var page = outbox.Read(0, 100);

        page.Corrupt.ShouldHaveSingleItem().Message.ShouldContain("from-the-future");
        page.Records.Count(r => r.Topic == Topics.Control).ShouldBe(2);
        page.Records.Count.ShouldBe(3 + 1 + 3 + 1, "nothing of r1 behind the corrupt event");
        outbox
            .Read(page.UpTo, 100)
            .ShouldSatisfyAllConditions(rest => rest.Records.ShouldBeEmpty(), rest => rest.Corrupt.ShouldBeEmpty());
    }

    public void Dispose() => _journal.Dispose();

    private Supervisor Successor() => new(_journal, new SupervisorOptions { Owner = "successor" });
}
