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

    /// <summary>The definition, said slowly: the earliest of the next times, and not before what it showed.</summary>
    [Fact]
    public void Stamp_AnyTimes_IsTheEarliestAhead() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Gen.Choose(0, 500_000).ListOf().Resize(300).ToArbitrary(),
                drawn =>
                {
                    var times = drawn.Select(t => (long)t).ToList();
                    var shown = 0L;
                    var expected = times.Select(
                        (_, i) =>
                        {
                            var earliest = times.Skip(i).Take(ReplayClock.LookAhead).Min();
                            return shown = Math.Max(shown, earliest - earliest % 1000);
                        }
                    );
                    return Stamp(times).SequenceEqual(expected.ToList());
                }
            )
        );

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
