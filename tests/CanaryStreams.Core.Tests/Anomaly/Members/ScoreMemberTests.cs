using CanaryStreams.Core.Anomaly.Members;
using FsCheck;
using FsCheck.Fluent;
using static CanaryStreams.Core.Tests.Anomaly.Detection.TestSeries;

namespace CanaryStreams.Core.Tests.Anomaly.Members;

public class ScoreMemberTests
{
    public static TheoryData<string> All => [.. TwoSided, "spread", "run"];

    public static TheoryData<string> TwoSided =>
        [
            "fast mean",
            "mean",
            "slow mean",
            "long mean",
            "difference",
            "trend",
            "excess",
            "shift",
            "relative",
            "local",
            "spectrum",
        ];

    [Theory]
    [MemberData(nameof(TwoSided))]
    public void Observe_ValueAboveAndBelow_HaveTheirSigns(string name)
    {
        var above = After(name, 300);
        var below = above.Clone();

        above.Observe(300 * MinuteMs, 200).ShouldBeGreaterThan(1);
        below.Observe(300 * MinuteMs, 0).ShouldBeLessThan(-1);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Observe_FirstPoint_SaysNothing(string name) => New(name).Observe(0, 1e9).ShouldBe(0);

    [Theory]
    [MemberData(nameof(All))]
    public void Observe_AnyInput_IsWithinRange(string name)
    {
        // The detector passes on no larger ones: their squares must be finite.
        var values = ArbMap
            .Default.GeneratorFor<double>()
            .Where(double.IsFinite)
            .Select(v => Math.Clamp(v, -1e30, 1e30));
        Prop.ForAll(
                values.ArrayOf().ToArbitrary(),
                all =>
                {
                    var member = New(name);
                    for (var i = 0; i < 10 * all.Length; i++)
                    {
                        var deviation = member.Observe(i * MinuteMs, all[i % all.Length]);
                        if (deviation is not (>= -Deviation.Max and <= Deviation.Max))
                            return false;
                    }
                    return true;
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Clone_GoesItsOwnWay(string name)
    {
        var (member, untouched) = (After(name, 200), After(name, 200));

        var clone = member.Clone();
        for (var i = 0; i < 20; i++)
            clone.Observe((200 + i) * MinuteMs, 1e4 * (i % 2));

        for (var i = 0; i < 20; i++)
        {
            var time = (200 + i) * MinuteMs;
            member.Observe(time, 100 + i).ShouldBe(untouched.Observe(time, 100 + i));
        }
    }

    [Fact]
    public void LocalLevel_LastPointsOfAShift_DoNotMoveWhatTheyAreComparedWith()
    {
        var (member, values) = (new LocalLevelMember(), Noise(400, seed: 1));
        for (var i = 0; i < 300; i++)
            member.Observe(i * MinuteMs, values[i]);

        var deviations = Enumerable.Range(300, 6).Select(i => member.Observe(i * MinuteMs, 120)).ToList();

        // The scale gives way a little; the level doesn't.
        deviations.ShouldAllBe(deviation => deviation > 10);
        deviations[^1].ShouldBeGreaterThan(0.5 * deviations[0]);
        for (var i = 306; i < 606; i++)
            member.Observe(i * MinuteMs, 120);
        member.Observe(606 * MinuteMs, 120).ShouldBeLessThan(1);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    public void Shift_LevelThatMovedAndStays_GrowsInItsDirection(double shift)
    {
        var (member, values) = (new ShiftMember(), Noise(400, seed: 2));
        for (var i = 0; i < 380; i++)
            member.Observe(i * MinuteMs, values[i]);

        var first = Math.Sign(shift) * member.Observe(380 * MinuteMs, values[380] + shift);
        var tenth = 0.0;
        for (var i = 381; i < 390; i++)
            tenth = Math.Sign(shift) * member.Observe(i * MinuteMs, values[i] + shift);

        tenth.ShouldBeGreaterThan(5);
        tenth.ShouldBeGreaterThan(first);
    }

    [Fact]
    public void Run_StuckSeries_RisesByOctavesAndFallsWithAnyChange()
    {
        var member = new RunMember();
        var deviations = Enumerable.Range(0, 8).Select(i => member.Observe(i, 7)).ToList();

        (deviations[0], deviations[1], deviations[3], deviations[7]).ShouldBe((0, 2, 4, 6));
        member.Observe(8, 7.0001).ShouldBe(0);
        member.Observe(9, 7).ShouldBe(0);
    }

    [Fact]
    public void Relative_SeriesInAnotherUnit_DeviatesAsMuch()
    {
        var (one, other) = (new RelativeMember(), new RelativeMember());
        foreach (var value in Noise(300, seed: 3))
            other.Observe(0, 1024 * value).ShouldBe(one.Observe(0, value), 1e-6);

        other.Observe(0, 1024 * 150).ShouldBe(one.Observe(0, 150), 1e-6);
    }

    [Fact]
    public void Relative_AroundZero_IsFiniteAndHasTheSignOfTheStep()
    {
        var member = new RelativeMember();
        for (var i = 0; i < 100; i++)
            member.Observe(0, 0).ShouldBe(0);

        member.Clone().Observe(0, 1).ShouldBeInRange(1, Deviation.Max);
        member.Observe(0, -1).ShouldBeInRange(-Deviation.Max, -1);
    }

    [Fact]
    public void Spread_BurstOfNoise_IsSeenWhateverItsDirection()
    {
        var (member, values) = (new SpreadMember(), Noise(400, seed: 4));
        var usual = values[..380].Select(value => member.Observe(0, value)).Skip(50).Max();

        var burst = values[380..].Select((value, i) => member.Observe(0, value + (i % 2 == 0 ? 10 : -10))).Max();

        usual.ShouldBeLessThan(4);
        burst.ShouldBeGreaterThan(8);
    }

    [Fact]
    public void Excess_WithinTheRangeOfThePast_IsZero()
    {
        var member = new ExcessMember();
        for (var i = 0; i < 300; i++)
            member.Observe(0, i % 2 == 0 ? 90 : 110);

        member.Observe(0, 100).ShouldBe(0);
        member.Observe(0, 108).ShouldBe(0);
        member.Observe(0, 150).ShouldBeGreaterThan(1);
    }

    private static IScoreMember New(string name) =>
        name switch
        {
            "fast mean" => new MovingMeanMember(0.3),
            "mean" => new MovingMeanMember(0.05),
            "slow mean" => new MovingMeanMember(0.01),
            "long mean" => new MovingMeanMember(1e-4),
            "difference" => new DifferenceMember(),
            "trend" => new TrendMember(),
            "excess" => new ExcessMember(),
            "shift" => new ShiftMember(),
            "relative" => new RelativeMember(),
            "local" => new LocalLevelMember(),
            "spread" => new SpreadMember(),
            "run" => new RunMember(),
            "spectrum" => new SpectralResidualMember(64),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        };

    private static IScoreMember After(string name, int points)
    {
        var member = New(name);
        var values = Noise(points, seed: 5);
        for (var i = 0; i < points; i++)
            member.Observe(i * MinuteMs, values[i]);
        return member;
    }
}
