using CanaryStreams.Core.Baselines;

namespace CanaryStreams.Core.Tests.Baselines;

public class SeriesProfileGapTests
{
    private const long MinuteMs = 60_000;
    private const long HourMs = 60 * MinuteMs;

    private readonly SeriesProfile _profile = new(ProfileSettings.Default);
    private readonly Random _random = new(1);
    private long _time;

    [Theory]
    [InlineData(3, 1.5, 3)]
    [InlineData(24, 3, 5)]
    [InlineData(240, 3, 5)]
    public void Expect_AfterSoManyHours_IsWiderThenNarrowsAgain(int hours, double widerMin, double widerMax)
    {
        Feed(600);
        var before = Width(MinuteMs);

        Width(hours * HourMs).ShouldBeInRange(widerMin * before, widerMax * before);
        var mean = _profile.Mean;
        _time += (hours * HourMs) - MinuteMs;
        Feed(1);
        Width(MinuteMs).ShouldBeGreaterThan(1.1 * before);
        _profile.Mean.ShouldBe(mean, 1.5);
        Feed(60);
        Width(MinuteMs).ShouldBeInRange(0.9 * before, 1.2 * before);
    }

    [Fact]
    public void Update_LevelMovedDuringAGap_IsFollowedWhereTheBandAllowsIt()
    {
        Feed(600);
        _time += 24 * HourMs;
        Feed(30, level: 57);

        _profile.Mean.ShouldBe(57, 1);
        _profile.IsOutside.ShouldBeFalse();
    }

    [Fact]
    public void Update_DoubledTimestamps_AreBucketsLikeOthers()
    {
        for (var i = 0; i < 600; i++)
        {
            _time += MinuteMs;
            for (var twin = 0; twin < 2; twin++)
                _profile.Update(_time, Value(50), 1, suspicious: false);
        }

        _profile.Mean.ShouldBe(50, 0.5);
        _profile.Buckets.ShouldBe(1200);
        Width(MinuteMs).ShouldBeInRange(4, 8);
        Width(3 * HourMs).ShouldBeGreaterThan(1.3 * Width(MinuteMs));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(60)]
    public void Update_LongerInterval_IsNoGapForLong(int minutes)
    {
        Feed(600);
        var before = Width(MinuteMs);
        for (var i = 0; i < 120; i++)
            _profile.Update(_time += minutes * MinuteMs, Value(50), 1, suspicious: false);

        Width(minutes * MinuteMs).ShouldBeInRange(0.8 * before, 1.4 * before);
        _profile.IsOutside.ShouldBeFalse();
    }

    [Fact]
    public void Expect_IrregularSampling_HoldsWhatItSays()
    {
        Feed(500);
        var outside = 0;
        for (var i = 0; i < 5000; i++)
        {
            _time += (long)Math.Ceiling(-Math.Log(1 - _random.NextDouble()) * 3) * MinuteMs;
            var value = Value(50);
            var expectation = _profile.Expect(_time);
            outside += value < expectation.Lower || value > expectation.Upper ? 1 : 0;
            _profile.Update(_time, value, 1, suspicious: false);
        }

        outside.ShouldBeInRange(5, 75);
    }

    [Fact]
    public void Update_TimeThatFalls_ChangesNoInterval()
    {
        Feed(600);
        _profile.Update(_time - HourMs, Value(50), 1, suspicious: false);

        _profile.Expect(_time + MinuteMs).Expected.ShouldBe(50, 1);
        double.IsFinite(Width(HourMs)).ShouldBeTrue();
    }

    private double Width(long afterMs)
    {
        var expectation = _profile.Expect(_time + afterMs);
        return expectation.Upper - expectation.Lower;
    }

    private double Value(double level) =>
        level + Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    private void Feed(int buckets, double level = 50)
    {
        for (var i = 0; i < buckets; i++)
            _profile.Update(_time += MinuteMs, Value(level), 1, suspicious: false);
    }
}
