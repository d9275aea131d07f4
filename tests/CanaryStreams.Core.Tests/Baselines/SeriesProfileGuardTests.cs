using CanaryStreams.Core.Baselines;

namespace CanaryStreams.Core.Tests.Baselines;

public class SeriesProfileGuardTests
{
    private const long MinuteMs = 60_000;
    private const int Day = 1440;

    private readonly SeriesProfile _profile = new(ProfileSettings.Default);
    private readonly Random _random = new(1);
    private int _minute;

    [Theory]
    [InlineData(0)]
    [InlineData(0.9)]
    public void IsOutside_FaultOfFiveHours_StaysTrueAndNothingMoves(double kept)
    {
        var state = 0.0;
        Feed(3 * Day, _ => 50 + (state = (kept * state) + Normal()));
        var before = _profile.Mean;
        var (outside, width) = (0, 0.0);
        for (var i = 0; i < 300; i++)
        {
            Feed(1, _ => 85 + Normal());
            outside += _profile.IsOutside ? 1 : 0;
            var expectation = _profile.Expect((_minute + 1) * MinuteMs);
            if (i > 60)
                expectation.Expected.ShouldBe(before, 2);
            width = Math.Max(width, expectation.Upper - expectation.Lower);
        }

        outside.ShouldBe(300);
        width.ShouldBeLessThan(40);
    }

    [Fact]
    public void Update_SeasonalSeriesMovesForGood_KeepsItsShapeAtTheNewLevel()
    {
        Feed(5 * Day, Shape);
        Feed(7 * 60, minute => Shape(minute) + 60);

        _profile.IsOutside.ShouldBeFalse();
        _profile.Expect(((6 * Day) + 300) * MinuteMs).Expected.ShouldBe(160, 5);
        _profile.Expect(((6 * Day) + 1000) * MinuteMs).Expected.ShouldBe(110, 5);

        double Shape(int minute) => (minute % Day < 720 ? 100 : 50) + Normal();
    }

    [Fact]
    public void Update_FaultEveryNight_LeavesTheBandOfTheDayAlone()
    {
        var healthy = new SeriesProfile(ProfileSettings.Default);
        for (var minute = 1; minute <= 10 * Day; minute++)
        {
            var value = 50 + Normal();
            healthy.Update(minute * MinuteMs, value, 1, suspicious: false);
            var fault = minute % Day is >= 120 and < 150 ? 20 + (30 * _random.NextDouble()) : 0;
            _profile.Update(minute * MinuteMs, value + fault, 1, suspicious: false);
        }

        Width(_profile, ((10 * Day) + 720) * MinuteMs)
            .ShouldBeLessThan(1.5 * Width(healthy, ((10 * Day) + 720) * MinuteMs));
    }

    /// <summary>
    /// The level follows with gain g and lags a ramp of r a bucket by r / g = 50 r: one of 0.3 deviations a minute leaves the
    /// band and freezes the profile; slower ones are followed, from 0.03 on not in silence.
    /// </summary>
    [Theory]
    [InlineData(0.3, true, false)]
    [InlineData(0.1, false, true)]
    [InlineData(0.04, false, true)]
    [InlineData(0.01, false, false)]
    [InlineData(0, false, false)]
    public void IsOutsideAndIsDrifting_RampOfSoMuchAMinute_TellFaultsFromDrift(double rise, bool isFault, bool isDrift)
    {
        Feed(4 * Day, _ => 50 + Normal());
        var before = _profile.Mean;
        var level = 50.0;
        var (outside, drifting) = (0, 0);
        for (var i = 0; i < 350; i++)
        {
            Feed(1, _ => (level += rise) + Normal());
            outside += _profile.IsOutside ? 1 : 0;
            drifting += _profile.IsDrifting ? 1 : 0;
        }

        (outside > 250).ShouldBe(isFault);
        (drifting > 70).ShouldBe(isDrift);
        if (isFault)
            _profile.Mean.ShouldBeLessThan(before + 10);
        else
            _profile.Mean.ShouldBe(level, 6);
    }

    [Theory]
    [InlineData("walk")]
    [InlineData("day")]
    [InlineData("heavy-tailed")]
    [InlineData("autoregression")]
    public void IsDrifting_SeriesThatDoesWhatItAlwaysDoes_IsHardlyEverTrue(string kind)
    {
        var values = GeneratedSeries.Make(kind, 10 * Day, seed: 5);
        var drifting = 0;
        for (var i = 0; i < values.Length; i++)
        {
            _profile.Update(i * MinuteMs, values[i], 1, suspicious: false);
            drifting += i > 4 * Day && _profile.IsDrifting ? 1 : 0;
        }

        drifting.ShouldBeLessThan(6 * Day / 20);
    }

    [Fact]
    public void Expect_OneEnormousSpike_LeavesTheBandAlone()
    {
        Feed(600, _ => 50 + Normal());
        var before = Width(_profile, (_minute + 1) * MinuteMs);

        Feed(1, _ => 1e12);
        Feed(100, _ => 50 + Normal());

        Width(_profile, (_minute + 1) * MinuteMs).ShouldBeLessThan(1.3 * before);
    }

    [Fact]
    public void Quantile_SkewedSeries_IsThatOfItsValues()
    {
        var values = new List<double>();
        Feed(5000, _ => Keep(20 * Math.Exp(0.6 * Normal())));
        values.Sort();

        foreach (var share in new[] { 0.1, 0.5, 0.9, 0.99 })
            _profile
                .Quantile(share)
                .ShouldBe(values[(int)(share * values.Count)], 0.2 * values[(int)(share * values.Count)]);

        double Keep(double value)
        {
            values.Add(value);
            return value;
        }
    }

    [Fact]
    public void Quantile_YoungSeries_IsRoughlyNormal()
    {
        Feed(40, _ => 50 + Normal());

        _profile.Quantile(0.5).ShouldBe(50, 0.7);
        _profile.Quantile(0.95).ShouldBe(51.6, 1);
        _profile.Quantile(0.05).ShouldBe(48.4, 1);
    }

    private static double Width(SeriesProfile profile, long timeMs)
    {
        var expectation = profile.Expect(timeMs);
        return expectation.Upper - expectation.Lower;
    }

    private double Normal() =>
        Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    private void Feed(int buckets, Func<int, double> value)
    {
        for (var i = 0; i < buckets; i++)
            _profile.Update(++_minute * MinuteMs, value(_minute), 1, suspicious: false);
    }
}
