using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;
using static CanaryStreams.Core.Tests.Lanes.Comparison;

namespace CanaryStreams.Core.Tests.Lanes;

public sealed class RolloutWatchTests
{
    [Fact]
    public void Watch_BucketsThatEndBeforeTheRequest_DoNotCount()
    {
        var lane = new Comparison().WithPast();
        lane.Request(62);

        lane.Close(61, [(Stable(), Values(0.002)), (Canary(), Values(0.002))]).ShouldBeEmpty();
        lane.Close(62, [(Stable(), Values(0.002)), (Canary(), Values(0.002))]).ShouldBeEmpty();
        lane.Close(63, [(Stable(), Values(0.002)), (Canary(), Values(0.002))]).ShouldNotBeEmpty();
    }

    [Fact]
    public void Watch_TheRequestRepeated_ChangesNothing()
    {
        var once = new Comparison().WithPast();
        var often = new Comparison().WithPast();
        once.Request(60);
        often.Request(60);

        var expected = once.Judge(61, 20, 0.01);
        var actual = new List<SignalEvidence>();
        for (var minute = 61; minute < 81; minute++)
        {
            often.Request(minute);
            actual.AddRange(often.Judge(minute, 1, 0.01));
        }

        actual.ShouldBe(expected);
    }

    [Fact]
    public void Watch_Cancelled_GoesOnWhileTheCanarySpeaks()
    {
        var lane = new Comparison().WithPast();
        lane.Request(60);
        lane.Judge(61, 3, 0.002).Count.ShouldBe(3);

        lane.Cancel(64).ShouldBeEmpty();

        lane.Close(64, [(Stable(), Values(0.002)), (Canary(), Values(0.002))]).ShouldNotBeEmpty();
    }

    [Fact]
    public void Watch_AnotherRolloutCancelled_GoesOn()
    {
        var lane = new Comparison().WithPast();
        lane.Request(60);

        lane.Cancel(61, "r2");

        lane.Close(61, [(Stable(), Values(0.002)), (Canary(), Values(0.002))]).ShouldNotBeEmpty();
    }

    [Fact]
    public void Watch_CanarySilentForAnHour_Ends()
    {
        var lane = new Comparison().WithPast();
        lane.Request(60);
        lane.Judge(61, 5, 0.002).Count.ShouldBe(5);

        // Last heard of 10 s before minute 65.
        var watched = Enumerable
            .Range(66, 120)
            .TakeWhile(minute => lane.Close(minute, [(Stable(), Values(0.002))]).Count > 0);

        watched.Last().ShouldBe(65 + 59);
    }

    [Fact]
    public void Watch_NoCanaryForAnHourSinceItsFirstBucket_Ends()
    {
        var lane = new Comparison().WithPast();
        lane.Request(60);

        var watched = Enumerable
            .Range(61, 120)
            .TakeWhile(minute => lane.Close(minute, [(Stable(), Values(0.002))]).Count > 0);

        watched.Last().ShouldBe(61 + 60);
    }

    [Fact]
    public void Watch_TheSameVersionRequestedAgainLater_BeginsAnew()
    {
        var lane = new Comparison().WithPast();
        lane.Request(60);
        var before = lane.Judge(61, 20, 0.02)[^1];
        for (var minute = 81; minute < 91; minute++)
            lane.Close(minute, [(Stable(), Values(0.002))]);

        lane.Request(90, "r2");

        before.IsAnomaly.ShouldBeTrue();
        lane.Judge(91, 20, 0.002).ShouldAllBe(e => !e.IsAnomaly && e.EValue < 10);
    }

    [Fact]
    public void Watch_AnotherVersionRequestedMeanwhile_TheFirstIsStillJudged()
    {
        var alone = new Comparison().WithPast();
        var beside = new Comparison().WithPast();
        alone.Request(60);
        beside.Request(60);
        var expected = alone.Judge(61, 20, 0.02);

        var actual = beside.Judge(61, 5, 0.02);
        beside.Request(65, "r2", version: "2.1");
        actual.AddRange(beside.Judge(66, 15, 0.02));

        actual.ShouldBe(expected);
    }

    [Fact]
    public void Watch_TwoVersionsUnderRollout_EachSignalNamesItsOwn()
    {
        var lane = new Comparison().WithPast();
        lane.Request(60);
        lane.Request(60, "r2", version: "2.1");

        var signals = lane.Close(
            61,
            [(Stable(), Values(0.002)), (Canary(), Values(0.002)), (Canary(version: "2.1"), Values(0.002))]
        );

        signals
            .Where(s => s.Track == Track.Canary)
            .Select(s => (s.Version, s.Rollout, s.Evidence is not null))
            .ShouldBe([("2.0", "r1", true), ("2.1", "r2", true)]);
        signals.Count(s => s.Last).ShouldBe(1);
    }

    [Fact]
    public void Watch_UnknownRolloutCancelled_NothingHappens() => new Comparison().Cancel(1, "nobody").ShouldBeEmpty();
}
