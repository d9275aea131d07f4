using CanaryStreams.Engine.Diagnostics;
using CanaryStreams.Engine.Tests.Live;

namespace CanaryStreams.Engine.Tests.Diagnostics;

public class EngineHealthTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();
    private readonly EngineHealth _health;

    public EngineHealthTests() => _health = new EngineHealth(_time);

    [Fact]
    public void Report_NoPartYet_IsLiveAndNotReady()
    {
        var report = _health.Report();
        report.Parts.ShouldBeEmpty();
        report.IsLive.ShouldBeTrue();
        report.IsReady.ShouldBeFalse();
    }

    [Fact]
    public void Report_APartThatHasSaidNothing_IsStarting()
    {
        using var part = _health.Part("broker");
        var report = _health.Report();
        report.Parts.ShouldBe([new("broker", HealthState.Starting, null, _time.GetUtcNow(), null)]);
        report.IsReady.ShouldBeFalse();
    }

    [Fact]
    public void Report_EveryPartReady_IsReady()
    {
        _health.Part("broker").Ready();
        var journal = _health.Part("journal");
        _health.Report().IsReady.ShouldBeFalse();
        journal.Ready();
        _health.Report().IsReady.ShouldBeTrue();
    }

    [Fact]
    public void Waits_AfterReady_SaysWhyAndSinceWhen()
    {
        var part = _health.Part("journal");
        part.Ready();
        _time.Advance(Second);
        var since = _time.GetUtcNow();
        part.Waits("no connection");
        _time.Advance(Second);
        part.Waits("the server is starting");
        _health.Report().Parts.ShouldBe([new("journal", HealthState.Waiting, "the server is starting", since, null)]);
        _health.Report().IsReady.ShouldBeFalse();
    }

    [Fact]
    public void Fails_AfterWaiting_BeginsANewState()
    {
        var part = _health.Part("supervisor/3");
        part.Waits("recovers");
        _time.Advance(Second);
        part.Fails("a corrupt snapshot");
        _health
            .Report()
            .Parts.ShouldBe([new("supervisor/3", HealthState.Failed, "a corrupt snapshot", _time.GetUtcNow(), null)]);
    }

    [Fact]
    public void Ready_AfterWaiting_HasNoReason()
    {
        var part = _health.Part("broker");
        part.Waits("nobody answers");
        part.Ready();
        _health.Report().Parts.ShouldHaveSingleItem().Reason.ShouldBeNull();
    }

    [Fact]
    public void Beat_SilentForLongerThanAllowed_IsNeitherLiveNorReadyUntilTheNext()
    {
        var part = _health.Part("analyzer");
        part.Ready();
        part.Beat();
        _time.Advance(EngineHealth.SilenceMax);
        _health.Report().IsLive.ShouldBeTrue();
        _time.Advance(Second);
        _health.Report().IsLive.ShouldBeFalse();
        _health.Report().IsReady.ShouldBeFalse();
        part.Beat();
        _health.Report().IsLive.ShouldBeTrue();
        _health.Report().IsReady.ShouldBeTrue();
    }

    [Fact]
    public void Waits_OfAPartThatBeats_CountsAsABeat()
    {
        var part = _health.Part("supervisor");
        part.Beat();
        _time.Advance(EngineHealth.SilenceMax);
        part.Waits("the database is away");
        _time.Advance(Second);
        _health.Report().IsLive.ShouldBeTrue();
    }

    [Fact]
    public void Report_APartWithoutALoop_MayBeSilent()
    {
        _health.Part("broker").Ready();
        _time.Advance(TimeSpan.FromDays(1));
        _health.Report().IsLive.ShouldBeTrue();
        _health.Report().IsReady.ShouldBeTrue();
    }

    [Fact]
    public void Dispose_APart_IsGone()
    {
        _health.Part("broker").Ready();
        var lane = _health.Part("analyzer/3");
        lane.Waits("reads its past");
        lane.Dispose();
        lane.Waits("said too late");
        _health.Report().Parts.Select(part => part.Name).ShouldBe(["broker"]);
        _health.Report().IsReady.ShouldBeTrue();
    }

    [Fact]
    public void Part_OfANameThatIsThere_TakesItsPlace()
    {
        var former = _health.Part("analyzer/3");
        var next = _health.Part("analyzer/3");
        next.Ready();
        former.Fails("its partition is lost");
        former.Dispose();
        _health.Report().Parts.ShouldHaveSingleItem().State.ShouldBe(HealthState.Ready);
    }

    [Fact]
    public void Report_Parts_AreSortedByName()
    {
        foreach (var name in new[] { "supervisor/0", "broker", "analyzer/10", "analyzer/1" })
            _health.Part(name);
        _health
            .Report()
            .Parts.Select(part => part.Name)
            .ShouldBe(["analyzer/1", "analyzer/10", "broker", "supervisor/0"]);
    }

    [Fact]
    public async Task Part_FromManyThreads_LeavesNothingBehind()
    {
        await Parallel.ForAsync(
            0,
            1000,
            TestContext.Current.CancellationToken,
            (number, _) =>
            {
                using var part = _health.Part($"lane/{number % 7}");
                part.Beat();
                part.Waits("busy");
                part.Ready();
                _health.Report().Parts.Count.ShouldBeLessThanOrEqualTo(7);
                return ValueTask.CompletedTask;
            }
        );
        _health.Report().Parts.ShouldBeEmpty();
    }
}
