using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Supervision;

namespace CanaryStreams.Engine.Tests.Supervision;

public sealed class SupervisorTests : IDisposable
{
    private readonly MemoryJournal _journal = new();

    [Fact]
    public void Request_IsJournalledAndItsCommandWaitsInTheOutbox()
    {
        var supervisor = _journal.Started();

        supervisor.Handle([Fleet.Request("r1", "checkout")]).Refusals.ShouldBeEmpty();

        var batch = new Outbox(_journal, 0).Read(0, 100);
        batch.Records.Select(r => r.Topic).ShouldBe([Topics.Events, Topics.Events, Topics.Control, Topics.Events]);
        var command = ControlCodec.Decode(batch.Records[2].Value.Span, out _)!;
        command.Id.ShouldBe("r1/1");
        System.Text.Encoding.UTF8.GetString(batch.Records[2].Key.Span).ShouldBe("checkout");
        System.Text.Encoding.UTF8.GetString(batch.Records[3].Key.Span).ShouldBe("r1");
    }

    [Fact]
    public void Request_DeliveredTwice_IsJournalledOnce()
    {
        var supervisor = _journal.Started();
        supervisor.Handle([Fleet.Request("r1", "checkout"), Fleet.Request("r1", "checkout")]);

        supervisor.Handle([Fleet.Request("r1", "checkout")]).Appended.ShouldBe(0);
        _journal.Read("rollout/r1").Count.ShouldBe(3);
    }

    [Fact]
    public void Request_ForAnAppUnderRollout_IsRefusedWithAReason()
    {
        var supervisor = _journal.Started();

        var result = supervisor.Handle([Fleet.Request("r1", "checkout"), Fleet.Request("r2", "checkout")]);

        var refusal = result.Refusals.ShouldHaveSingleItem();
        refusal.Index.ShouldBe(1);
        refusal.Reason.ShouldContain("'r1'");
        _journal.Read("rollout/r2").ShouldHaveSingleItem().Type.ShouldBe("rollout.refused.v1");
        supervisor.Handle([Fleet.Request("r2", "checkout")]).Appended.ShouldBe(0);
    }

    [Fact]
    public void Request_AfterTheOneBeforeEnded_Begins()
    {
        var supervisor = new Supervisor(_journal, new SupervisorOptions { AssumeAcks = true });
        supervisor.Recover(Fleet.Start);

        supervisor.Handle([
            Fleet.Request("r1", "checkout"),
            Fleet.Override("r1", new CancelRollout(Fleet.Start.AddMinutes(1), "ann", null)),
            Fleet.Request("r2", "checkout"),
        ]);

        supervisor.Active.ShouldHaveSingleItem().Request!.Rollout.ShouldBe("r2");
    }

    [Fact]
    public void Signals_AreGatheredUntilTheLast()
    {
        var supervisor = _journal.Started();
        supervisor.Handle([Fleet.Request("r1", "checkout"), Fleet.Ack("r1/1")]);
        var bucket = Fleet.Bucket("checkout", 1, harm: true);

        supervisor.Handle([.. bucket.SkipLast(1)]).Appended.ShouldBe(0);
        supervisor.Handle([bucket[^1]]);

        supervisor.StateOf("r1")!.Phase.ShouldBe(RolloutPhase.RollingBack);
    }

    [Fact]
    public void Bucket_DeliveredAgain_ChangesNothing()
    {
        var supervisor = _journal.Started();
        supervisor.Handle([Fleet.Request("r1", "checkout"), Fleet.Ack("r1/1"), .. Fleet.Bucket("checkout", 1)]);

        supervisor.Handle(Fleet.Bucket("checkout", 1, harm: true)).Appended.ShouldBe(0);
    }

    [Fact]
    public void Neighbours_OneHarmfulOneHealthy_GetTheirOwnDecisions()
    {
        var supervisor = new Supervisor(_journal, new SupervisorOptions { AssumeAcks = true });
        supervisor.Recover(Fleet.Start);
        supervisor.Handle([Fleet.Request("good", "search"), Fleet.Request("bad", "checkout")]);
        for (var minute = 1; minute <= 25; minute++)
            supervisor.Handle([
                .. Fleet.Bucket("search", minute),
                .. Fleet.Bucket("checkout", minute, harm: minute > 5),
            ]);

        var reader = new RolloutReader(_journal);
        reader
            .List()
            .Select(r => (r.Rollout, r.Outcome))
            .ShouldBe([("good", RolloutOutcome.Promoted), ("bad", RolloutOutcome.RolledBack)]);
        reader
            .Events("bad")
            .Select(e => EventSentence.Of(e.Happened))
            .ShouldContain(s => s.StartsWith("checkout 2.0 rolled back in eu-1"));
        reader.Show("bad")!.Rollback.ShouldNotBeNull();
        reader.Show("nobody's").ShouldBeNull();
    }

    [Fact]
    public void AWave_ThatASuccessorTakesOver_GoesOnInAllOfItsClusters()
    {
        string[] clusters = ["eu-1", "us-1", "ap-1"];
        var supervisor = new Supervisor(_journal, new SupervisorOptions { AssumeAcks = true });
        supervisor.Recover(Fleet.Start);
        supervisor.Handle([Fleet.RequestInWaves("r1", "checkout", clusters)]);
        for (var minute = 1; minute <= 25; minute++)
            supervisor.Handle(Fleet.Bucket("checkout", minute, clusters));
        var reader = new RolloutReader(_journal);
        var summary = reader.List().ShouldHaveSingleItem();
        (summary.WeightPct, summary.Cluster).ShouldBe((5, "us-1 and ap-1"));

        var successor = new Supervisor(_journal, new SupervisorOptions { AssumeAcks = true });
        successor.Recover(Fleet.Start.AddMinutes(25));
        for (var minute = 26; minute <= 45; minute++)
            successor.Handle(Fleet.Bucket("checkout", minute, clusters));

        reader.List().ShouldHaveSingleItem().Outcome.ShouldBe(RolloutOutcome.Promoted);
        var passed = reader.Events("r1").Select(e => e.Happened).OfType<StepPassed>();
        passed.Select(e => e.Cluster).ShouldBe(["eu-1", "eu-1", "us-1", "us-1"]);
    }

    [Fact]
    public void Handle_InBatchesOfAnySize_WritesTheSameJournal()
    {
        List<SupervisorInput> inputs =
        [
            Fleet.Request("r1", "checkout"),
            Fleet.Request("r2", "search"),
            .. Enumerable
                .Range(1, 25)
                .SelectMany(m => Fleet.Bucket("checkout", m, harm: m == 15).Concat(Fleet.Bucket("search", m))),
        ];

        var journals = new[] { 1, 7, 1000 }.Select(size => JournalOf(inputs, size)).ToList();

        journals[1].ShouldBe(journals[0]);
        journals[2].ShouldBe(journals[0]);
    }

    [Fact]
    public void AdvanceTo_FiresDeadlinesAtTheirOwnMomentInOrder()
    {
        var supervisor = _journal.Started();
        supervisor.Handle([Fleet.Request("r1", "checkout"), Fleet.Request("r2", "search")]);
        supervisor.NextDeadline.ShouldBe(Fleet.Start.AddMinutes(2));

        supervisor.AdvanceTo(Fleet.Start.AddMinutes(5));

        _journal.Commands(0).Select(c => c.Id).ShouldBe(["r1/1", "r2/1", "r1/1", "r2/1", "r1/1", "r2/1"]);
        _journal
            .Read("rollout/r1")
            .Skip(3)
            .Select(RolloutStream.Decode)
            .Select(e => e.Time)
            .ShouldBe([Fleet.Start.AddMinutes(2), Fleet.Start.AddMinutes(4)]);
    }

    [Fact]
    public void Ack_OfAnAgentWithAClockInTheFuture_StartsTheStepNow()
    {
        var supervisor = _journal.Started();
        supervisor.Handle([Fleet.Request("r1", "checkout")]);

        supervisor.Handle([Fleet.Ack("r1/1", Fleet.Start.AddYears(70))]);

        supervisor.StateOf("r1")!.Step!.StartedAt.ShouldBe(Fleet.Start);
        supervisor.Handle([Fleet.Ack("nobody's/1")]).Refusals.ShouldHaveSingleItem();
    }

    [Fact]
    public void Ack_OfAnEndedRolloutsCommand_IsNoMistakeUnlessNoneWasSent()
    {
        var supervisor = _journal.Started();
        supervisor.Handle([Fleet.Request("r1", "checkout"), Fleet.Ack("r1/1")]);
        supervisor.Handle([Fleet.Override("r1", new CancelRollout(Fleet.Start.AddMinutes(1), "ann", null))]);
        supervisor.Handle([Fleet.Ack("r1/2")]);
        supervisor.Active.ShouldBeEmpty();

        supervisor.Handle([Fleet.Ack("r1/2"), Fleet.Ack("r1/1")]).Refusals.ShouldBeEmpty();
        supervisor.Handle([Fleet.Ack("r1/3")]).Refusals.ShouldHaveSingleItem();
    }

    [Fact]
    public void Label_OfAnEndedRollout_IsStillJournalled()
    {
        var supervisor = new Supervisor(_journal, new SupervisorOptions { AssumeAcks = true });
        supervisor.Handle([
            Fleet.Request("r1", "checkout"),
            Fleet.Override("r1", new CancelRollout(Fleet.Start, "ann", null)),
        ]);
        var label = Fleet.Override("r1", new ReportOutcome(Fleet.Start.AddDays(1), null, Verdict.Bad, "incident"));

        supervisor.Handle([label]).Appended.ShouldBe(1);
        supervisor.Handle([label]).Appended.ShouldBe(0);
    }

    public void Dispose() => _journal.Dispose();

    private static List<string> JournalOf(List<SupervisorInput> inputs, int batchSize)
    {
        using var journal = new MemoryJournal();
        var supervisor = new Supervisor(journal, new SupervisorOptions { AssumeAcks = true });
        supervisor.Recover(Fleet.Start);
        foreach (var batch in inputs.Chunk(batchSize))
            supervisor.Handle(batch);
        return
        [
            .. journal
                .ReadOutbox(0, 0, 10_000)
                .Events.Select(e => $"{e.Position} {e.Stream} {System.Text.Encoding.UTF8.GetString(e.Payload.Span)}"),
        ];
    }
}
