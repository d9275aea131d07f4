using CanaryStreams.Core.Baselines;

namespace CanaryStreams.Core.Tests.Baselines;

public class SeriesProfileTests
{
    private const long MinuteMs = 60_000;
    private const long HourMs = 60 * MinuteMs;

    private readonly SeriesProfile _profile = new(ProfileSettings.Default);
    private readonly Random _random = new(1);
    private long _time;

    [Fact]
    public void Expect_NoBucket_KnowsNothing()
    {
        var expectation = _profile.Expect(0);

        expectation.Expected.ShouldBe(double.NaN);
        expectation.Quality.ShouldBe(ProfileQuality.Young);
        _profile.Mean.ShouldBe(double.NaN);
        _profile.Quantile(0.5).ShouldBe(double.NaN);
    }

    [Fact]
    public void Expect_SteadyNoise_CentresAndHoldsNearlyAll()
    {
        Feed(1000, () => 50 + Normal());
        var outside = 0;
        for (var i = 0; i < 1000; i++)
        {
            var expectation = _profile.Expect(_time + MinuteMs);
            var value = 50 + Normal();
            outside += value < expectation.Lower || value > expectation.Upper ? 1 : 0;
            Feed(1, () => value);
        }

        outside.ShouldBeInRange(0, 40);
        _profile.Expect(_time + MinuteMs).Quality.ShouldBe(ProfileQuality.Ok);
        _profile.Mean.ShouldBe(50, 0.7);
        _profile.Deviation.ShouldBe(1, 0.3);
        _profile.Quantile(0.95).ShouldBe(51.6, 1);
        _profile.Quantile(0.05).ShouldBe(48.4, 1);
    }

    [Fact]
    public void Expect_YoungSeries_IsWiderThanGrown()
    {
        Feed(3, () => 50 + Normal());
        var young = _profile.Expect(_time + MinuteMs);
        Feed(500, () => 50 + Normal());
        var grown = _profile.Expect(_time + MinuteMs);

        young.Quality.ShouldBe(ProfileQuality.Young);
        (young.Upper - young.Lower).ShouldBeGreaterThan(grown.Upper - grown.Lower);
    }

    [Fact]
    public void Update_FaultOfFiveHours_DoesNotMoveTheProfile()
    {
        Feed(600, () => 50 + Normal());
        Feed(5 * 60, () => 90 + Normal());

        _profile.IsOutside.ShouldBeTrue();
        _profile.Mean.ShouldBe(50, 1);
        Feed(20, () => 50 + Normal());
        _profile.IsOutside.ShouldBeFalse();
        _profile.Mean.ShouldBe(50, 1);
    }

    [Fact]
    public void Update_ChangeThatLasts_IsAdoptedAfterSixHours()
    {
        Feed(600, () => 50 + Normal());
        Feed((6 * 60) + 2, () => 90 + Normal());

        _profile.IsOutside.ShouldBeFalse();
        _profile.Mean.ShouldBe(90, 2);
    }

    [Fact]
    public void Update_SuspiciousBucketsWithinTheBand_AreNotLearnt()
    {
        Feed(600, () => 50 + Normal());
        var before = _profile.Mean;

        for (var i = 0; i < 60; i++)
            _profile.Update(_time += MinuteMs, 51.5, 1, suspicious: true);

        _profile.Mean.ShouldBe(before);
    }

    [Fact]
    public void Update_SlowDrift_IsFollowed()
    {
        Feed(600, () => 50 + Normal());
        var level = 50.0;
        Feed(1000, () => (level += 0.02) + Normal());

        _profile.Mean.ShouldBe(70, 2);
    }

    [Fact]
    public void Update_OneSpike_HardlyMoves()
    {
        Feed(600, () => 50 + Normal());
        var before = _profile.Mean;

        Feed(1, () => 1e9);

        _profile.Mean.ShouldBe(before);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(70, 0)]
    [InlineData(70, double.NaN)]
    public void Update_MissingBucket_ChangesNothing(double value, double weight)
    {
        Feed(100, () => 50 + Normal());
        var before = _profile.Expect(_time + (2 * MinuteMs));

        _profile.Update(_time + MinuteMs, value, weight, suspicious: false);

        _profile.Expect(_time + (2 * MinuteMs)).ShouldBe(before);
    }

    [Fact]
    public void Update_LightBucket_MovesLessThanAHeavyOne()
    {
        Feed(100, () => 50 + Normal());
        var heavy = _profile.Clone();
        _profile.Update(_time + MinuteMs, 52, 0.1, suspicious: false);
        heavy.Update(_time + MinuteMs, 52, 1, suspicious: false);

        heavy.Mean.ShouldBeGreaterThan(_profile.Mean);
    }

    [Fact]
    public void Expect_AfterAGap_WidensTheBand()
    {
        Feed(300, () => 50 + Normal());
        var next = _profile.Expect(_time + MinuteMs);
        var later = _profile.Expect(_time + (3 * HourMs));

        (later.Upper - later.Lower).ShouldBeGreaterThan(1.5 * (next.Upper - next.Lower));
        later.Expected.ShouldBe(_profile.Mean, 0.2);
    }

    [Fact]
    public void Expect_DailyPattern_IsKnownFromTheThirdDay()
    {
        Feed(4 * 1440, () => Daily(_time) + Normal());
        var atNoon = ((_time / (24 * HourMs)) * 24 * HourMs) + (36 * HourMs);
        while (_time < atNoon - (20 * MinuteMs))
            Feed(1, () => Daily(_time) + Normal());

        // The step at noon comes a quarter of an hour into the future: only the time of day can tell.
        _profile.Expect(atNoon + (30 * MinuteMs)).Expected.ShouldBe(150, 15);
    }

    [Fact]
    public void Expect_FlatSeries_GivesFiniteBands()
    {
        Feed(100, () => 0);
        var zero = _profile.Expect(_time + MinuteMs);

        zero.Expected.ShouldBe(0);
        zero.Lower.ShouldBeInRange(-1e-6, 0);
        zero.Upper.ShouldBeInRange(0, 1e-6);
    }

    [Fact]
    public void Clone_LearnsOnItsOwn()
    {
        Feed(200, () => 50 + Normal());
        var clone = _profile.Clone();
        var before = _profile.Expect(_time + MinuteMs);
        clone.Expect(_time + MinuteMs).ShouldBe(before);

        for (var i = 1; i <= 8 * 60; i++)
            clone.Update(_time + (i * MinuteMs), 200, 1, suspicious: false);

        clone.Mean.ShouldBe(200, 1);
        _profile.Expect(_time + MinuteMs).ShouldBe(before);
    }

    private static double Daily(long timeMs) => timeMs / HourMs % 24 >= 12 ? 150 : 50;

    private double Normal() =>
        Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    private void Feed(int buckets, Func<double> value)
    {
        for (var i = 0; i < buckets; i++)
        {
            _time += MinuteMs;
            _profile.Update(_time, value(), 1, suspicious: false);
        }
    }
}
