using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Supervision;

namespace CanaryStreams.Engine.Tests.Supervision;

public sealed class WatchedRolloutTests : IDisposable
{
    private const int PromotedAt = 20;
    private readonly MemoryJournal _journal = new();

    [Fact]
    public void Request_WhileTheOneBeforeIsOnlyWatched_EndsThatAndBegins()
    {
        var supervisor = Promoted();

        var result = supervisor.Handle([Fleet.WatchedRequest("r2", "checkout", 30, "eu-1")]);

        result.Refusals.ShouldBeEmpty();
        supervisor.Active.ShouldHaveSingleItem().Request!.Rollout.ShouldBe("r2");
        var ended = Events("r1").OfType<RolloutEnded>().ShouldHaveSingleItem();
        (ended.Outcome, ended.Watched).ShouldBe(
            (RolloutOutcome.Promoted, "its watch was ended for rollout 'r2', 50 min early")
        );
        supervisor.Handle([Fleet.WatchedRequest("r2", "checkout", 30, "eu-1")]).Appended.ShouldBe(0);
    }

    [Fact]
    public void Request_ThatCouldNotBegin_EndsNoWatch()
    {
        var supervisor = Promoted();

        supervisor.Handle([Fleet.WatchedRequest("r2", "checkout", 30)]).Refusals.ShouldHaveSingleItem();

        supervisor.StateOf("r1")!.Phase.ShouldBe(RolloutPhase.Watching);
    }

    [Fact]
    public void Request_WhileAWatchedVersionIsTakenOut_IsRefused()
    {
        var supervisor = Promoted(assumeAcks: false);
        for (var minute = PromotedAt + 1; supervisor.StateOf("r1")!.Phase == RolloutPhase.Watching; minute++)
            supervisor.Handle(Stable(minute, harm: true));

        var result = supervisor.Handle([Fleet.WatchedRequest("r2", "checkout", 50, "eu-1")]);

        result.Refusals.ShouldHaveSingleItem().Reason.ShouldContain("'r1'");
        supervisor.StateOf("r1")!.Phase.ShouldBe(RolloutPhase.RollingBack);
    }

    [Fact]
    public void Successor_InTheMiddleOfAWatch_DecidesWhatOneLifeWould()
    {
        var before = Promoted();
        for (var minute = PromotedAt + 1; minute <= PromotedAt + 10; minute++)
            before.Handle(Stable(minute, harm: true));

        var supervisor = new Supervisor(_journal, new SupervisorOptions { AssumeAcks = true });
        supervisor.Recover(Fleet.Start.AddMinutes(PromotedAt + 10));
        supervisor.StateOf("r1")!.Phase.ShouldBe(RolloutPhase.Watching);
        for (var minute = PromotedAt + 11; minute <= PromotedAt + 16; minute++)
            supervisor.Handle(Stable(minute, harm: true));

        Events("r1").OfType<RollbackDecided>().Single().Time.ShouldBe(Fleet.Start.AddMinutes(PromotedAt + 16));
        var summary = new RolloutReader(_journal).List().ShouldHaveSingleItem();
        summary.Outcome.ShouldBe(RolloutOutcome.RolledBack);
        summary.Reason!.ShouldContain("while it was watched");
    }

    [Fact]
    public void Watch_InWhichNothingIsHeard_EndsByTime()
    {
        var supervisor = Promoted();

        supervisor.NextDeadline.ShouldBe(Fleet.Start.AddMinutes(PromotedAt + 63));
        supervisor.AdvanceTo(Fleet.Start.AddMinutes(PromotedAt + 63));

        supervisor.Active.ShouldBeEmpty();
        Events("r1").OfType<RolloutEnded>().Single().Watched!.ShouldContain("nothing was heard since 10:20");
    }

    public void Dispose() => _journal.Dispose();

    /// <summary>A rollout of two steps of ten minutes, promoted and watched.</summary>
    private Supervisor Promoted(bool assumeAcks = true)
    {
        var first = new Supervisor(_journal, new SupervisorOptions { AssumeAcks = true });
        first.Recover(Fleet.Start);
        first.Handle([Fleet.WatchedRequest("r1", "checkout", 0, "eu-1")]);
        for (var minute = 1; minute <= PromotedAt; minute++)
            first.Handle(Fleet.Bucket("checkout", minute));
        first.StateOf("r1")!.Phase.ShouldBe(RolloutPhase.Watching);
        if (assumeAcks)
            return first;
        var second = new Supervisor(_journal, new SupervisorOptions());
        second.Recover(Fleet.Start.AddMinutes(PromotedAt));
        return second;
    }

    /// <summary>The new version as stable, judged against what was expected before.</summary>
    private static IReadOnlyList<SupervisorInput> Stable(int minute, bool harm)
    {
        var canary = ((SignalInput)Fleet.Bucket("checkout", minute, harm)[1]).Signal;
        return [new SignalInput(canary with { Track = Track.Stable })];
    }

    private IEnumerable<RolloutEvent> Events(string rollout) =>
        new RolloutReader(_journal).Events(rollout).Select(e => e.Happened);
}
