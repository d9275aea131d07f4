using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Supervision;
using CanaryStreams.Engine.Tests.Journal;

namespace CanaryStreams.Engine.Tests.Supervision;

/// <summary>Rows of one rollout are damaged on the disk while another goes on: the first stops, loudly, and alone.</summary>
public sealed class CorruptEventTests : IDisposable
{
    private const string Damage = "UPDATE events SET payload = '{}' WHERE stream = 'rollout/bad' AND version = 2";
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteJournal _journal;

    public CorruptEventTests() => _journal = SqliteJournal.Open(File);

    private string File => _folder.File("journal.db");

    [Fact]
    public void Restart_WithACorruptEvent_StopsThatRolloutAndTheOtherGoesOn()
    {
        Running();
        Execute(Damage);

        var successor = new Supervisor(_journal, new SupervisorOptions { AssumeAcks = true });
        var result = successor.Recover(Fleet.Start.AddMinutes(5));

        var lost = result.Lost.ShouldHaveSingleItem();
        (lost.Rollout, lost.Cause).ShouldBe(("bad", LossCause.Corrupt));
        lost.Reason.ShouldContain("at version 2");
        lost.Reason.ShouldContain("To go on");
        successor.Handle(Fleet.Bucket("search", 6, harm: true));
        new RolloutReader(_journal).Show("good")!.Outcome.ShouldBe(RolloutOutcome.RolledBack);
    }

    [Fact]
    public void Restart_ThenARequestUnderAnotherId_BeginsAndTheOldOneStaysRefused()
    {
        Running();
        Execute(Damage);
        var successor = new Supervisor(_journal, new SupervisorOptions { AssumeAcks = true });
        successor.Recover(Fleet.Start.AddMinutes(5));

        var result = successor.Handle([
            Fleet.Request("bad", "shop"),
            Fleet.Override("bad", new CancelRollout(Fleet.Start.AddMinutes(6), "ann", null)),
            Fleet.Request("bad-again", "shop"),
        ]);

        result.Refusals.Select(r => r.Index).ShouldBe([0, 1]);
        result.Refusals.ShouldAllBe(r => r.Reason.Contains("corrupt at version 2"));
        successor.Active.Select(state => state.Request!.Rollout).ShouldBe(["good", "bad-again"]);
        successor.Stop(new JournalCorruptException("rollout/bad", 2, "again")).ShouldBeNull();
    }

    [Fact]
    public void Outbox_AtACorruptEventOfARunningRollout_SaysSoOnceAndTheSupervisorStopsIt()
    {
        var supervisor = Running();
        Execute(Damage);
        var outbox = new Outbox(_journal, 0);

        var batch = outbox.Read(0, 1000);
        var lost = supervisor.Stop(batch.Corrupt.ShouldHaveSingleItem());

        lost.ShouldNotBeNull().Rollout.ShouldBe("bad");
        supervisor.StateOf("bad").ShouldBeNull();
        supervisor.StateOf("good").ShouldNotBeNull();
        Sent(batch, "bad").ShouldBe(1, "its first event, and nothing behind the corrupt one");
        var next = supervisor.Handle([Fleet.Request("bad-again", "shop"), .. Fleet.Bucket("search", 9, harm: true)]);
        next.Refusals.ShouldBeEmpty();
        supervisor.StateOf("bad-again").ShouldNotBeNull();
        var rest = outbox.Read(batch.UpTo, 1000);
        rest.Corrupt.ShouldBeEmpty();
        Sent(rest, "bad").ShouldBe(0);
        Sent(rest, "bad-again").ShouldBeGreaterThan(2);
        Sent(rest, "good").ShouldBeGreaterThan(1);
    }

    [Fact]
    public void Restart_WithASnapshotBehindTheCorruptEvent_GoesOnFromIt()
    {
        var supervisor = WithSnapshot();
        var before = supervisor.StateOf("bad")!;
        _journal.Read("rollout/bad").Count.ShouldBeGreaterThan(RolloutSnapshot.EventsBetween);
        _journal.ReadOpen(0)[0].SnapshotVersion.ShouldBeGreaterThan(2);
        Execute(Damage);

        var successor = new Supervisor(_journal, new SupervisorOptions { AssumeAcks = true });
        successor.Recover(Fleet.Start.AddHours(2)).Lost.ShouldBeEmpty();

        var after = successor.StateOf("bad")!;
        after.Epoch.ShouldBe(before.Epoch + 1);
        after.LastCommand.ShouldBe(before.LastCommand + 1, "a canary that waited two hours is said anew");
        new RolloutReader(_journal).List()[0].Reason!.ShouldContain("corrupt at version 2");
    }

    [Fact]
    public void Restart_WithASnapshotBehindTheCorruptEventAndASuccessorOfTheRollout_DecidesTheSuccessorAlone()
    {
        var supervisor = WithSnapshot();
        Execute(Damage);
        supervisor.Stop(new JournalCorruptException("rollout/bad", 2, "found while it was published"));
        supervisor.Handle([Fleet.Request("bad-again", "shop")]).Refusals.ShouldBeEmpty();

        var successor = new Supervisor(_journal, new SupervisorOptions { AssumeAcks = true });
        var lost = successor.Recover(Fleet.Start.AddHours(1)).Lost.ShouldHaveSingleItem();

        lost.Rollout.ShouldBe("bad");
        lost.Reason.ShouldContain("'bad-again'");
        successor.Active.Select(state => state.Request!.Rollout).ShouldBe(["good", "bad-again"]);
        successor.Handle([Fleet.Request("third", "shop")]).Refusals.ShouldHaveSingleItem();
    }

    [Fact]
    public void Reader_OfACorruptRollout_ListsItAndShowsItsNeighbour()
    {
        Running();
        Execute(Damage);
        var reader = new RolloutReader(_journal);

        var list = reader.List();

        list.Select(r => r.Rollout).ShouldBe(["bad", "good"]);
        list[0].Phase.ShouldBe(RolloutPhase.None);
        list[0].Reason!.ShouldContain("To go on");
        Should.Throw<JournalCorruptException>(() => reader.Show("bad"));
        Should.Throw<JournalCorruptException>(() => reader.Events("bad"));
        reader.Show("good")!.IsActive.ShouldBeTrue();
    }

    public void Dispose()
    {
        _journal.Dispose();
        _folder.Dispose();
    }

    /// <summary>Paused and resumed for so long that there is a snapshot.</summary>
    private Supervisor WithSnapshot()
    {
        var supervisor = Running();
        for (var minute = 5; minute < 60; minute++)
            supervisor.Handle([
                Fleet.Override("bad", new PauseRollout(Fleet.Start.AddMinutes(minute), "ann", null)),
                Fleet.Override("bad", new ResumeRollout(Fleet.Start.AddMinutes(minute + 0.5), "ann", null)),
            ]);
        return supervisor;
    }

    private Supervisor Running()
    {
        var supervisor = new Supervisor(_journal, new SupervisorOptions { AssumeAcks = true });
        supervisor.Recover(Fleet.Start);
        supervisor.Handle([Fleet.Request("bad", "shop"), Fleet.Request("good", "search")]);
        for (var minute = 1; minute < 5; minute++)
            supervisor.Handle([.. Fleet.Bucket("shop", minute), .. Fleet.Bucket("search", minute)]);
        return supervisor;
    }

    private static int Sent(OutboxBatch batch, string rollout) =>
        batch.Records.Count(record =>
            record.Topic == Topics.Events && System.Text.Encoding.UTF8.GetString(record.Key.Span) == rollout
        );

    private void Execute(string sql) => SqliteFile.Execute(File, sql).ShouldBeGreaterThan(0);
}
