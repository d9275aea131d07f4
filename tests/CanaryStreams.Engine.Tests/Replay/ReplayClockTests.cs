using CanaryStreams.Engine.Replay;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Engine.Tests.Replay;

public class ReplayClockTests
{
    [Fact]
    public void Stamp_AnyTimes_NeverFallsAndGivesEveryItemOnceInOrder() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                ArbMap.Default.ArbFor<NonNegativeInt?[]>(),
                drawn =>
                {
                    var times = drawn.Select(t => t is null ? (long?)null : t.Get * 977L).ToList();
                    var stamped = ReplayClock.Stamp(times, t => t).ToList();
                    return stamped.Select(s => s.Item).SequenceEqual(times)
                        && stamped.Zip(stamped.Skip(1)).All(pair => pair.First.ClockMs <= pair.Second.ClockMs)
                        && stamped.All(s => s.ClockMs % 1000 == 0);
                }
            )
        );

    [Fact]
    public void Stamp_AnyTimes_NeverAheadOfAnItemThatIsNotLate() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Gen.Choose(0, 500_000).ListOf().Resize(300).ToArbitrary(),
                drawn =>
                {
                    var times = drawn.Select(t => (long)t).ToList();
                    var shown = 0L;
                    foreach (var (time, clock) in times.Zip(Stamp(times)))
                    {
                        if (time >= shown && clock > time)
                            return false;
                        shown = clock;
                    }
                    return true;
                }
            )
        );

    [Fact]
    public void Stamp_LastLineFromAnotherCentury_DoesNotMoveIt() =>
        Stamp([1_000, 2_000, 4_922_640_000_000]).ShouldBe([1_000, 2_000, 2_000]);

    [Fact]
    public void Stamp_InOrder_IsTheItemsOwnSecond() =>
        Stamp([1_000, 1_999, 2_000, 61_500]).ShouldBe([1_000, 1_000, 2_000, 61_000]);

    [Fact]
    public void Stamp_OneFromTheFuture_DoesNotMoveIt()
    {
        var times = Enumerable.Range(0, 200).Select(i => 1000L * i).ToList();
        times.Insert(100, 1_000_000_000);

        Stamp(times).Max().ShouldBe(199_000);
    }

    [Fact]
    public void Stamp_OneFromThePast_IsShownThePresent()
    {
        var times = Enumerable.Range(0, 200).Select(i => 1000L * i).ToList();
        times.Insert(100, 5_000);

        var stamped = Stamp(times);

        stamped[101].ShouldBe(100_000);
        stamped[^1].ShouldBe(199_000);
    }

    [Fact]
    public void Stamp_OneFromLongAgoInAQuietRecording_StopsNothing()
    {
        var times = Enumerable.Range(100, 200).Select(i => 15_000L * i).ToList();
        times.Insert(100, times[80]);

        var stamped = Stamp(times);

        stamped.Zip(times).Where((_, i) => i != 100).ShouldAllBe(pair => pair.First == pair.Second);
    }

    [Fact]
    public void Stamp_AGap_IsJumpedOver()
    {
        long[] times = [1_000, 2_000, 3_600_000, 3_601_000];

        Stamp(times).ShouldBe(times);
    }

    [Fact]
    public void Stamp_NoTimeAtAll_IsZero() =>
        ReplayClock.Stamp(new long?[] { null, null }, t => t).Select(s => s.ClockMs).ShouldBe([0, 0]);

    private static List<long> Stamp(IEnumerable<long> times) =>
        [.. ReplayClock.Stamp(times, t => (long?)t).Select(s => s.ClockMs)];
}
