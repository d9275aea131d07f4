using CanaryStreams.Core.Baselines;
using static CanaryStreams.Core.Tests.Baselines.GeneratedSeries;

namespace CanaryStreams.Core.Tests.Baselines;

public class SeriesProfileSeasonTests
{
    private readonly SeriesProfile _profile = new(ProfileSettings.Default);
    private readonly Random _random = new(1);

    [Theory]
    [InlineData(15, 1)]
    [InlineData(60, 1)]
    [InlineData(90, 1)]
    [InlineData(97, 2)]
    [InlineData(360, 2)]
    public void Update_JobEverySoManyMinutes_FindsThePeriod(int period, int days)
    {
        Feed(0, days * DayMinutes, minute => (minute % period < period / 5 ? 60 : 20) + Noise());

        ((double)_profile.FoundPeriodMs).ShouldBe(period * MinuteMs, MinuteMs / 20.0);
        Expected(((days * DayMinutes / period) + 1) * period).ShouldBe(60, 5);
        Expected((((days * DayMinutes / period) + 1) * period) + (period / 2)).ShouldBe(20, 5);
    }

    [Fact]
    public void Update_NoiseForTwoDays_FindsNoPeriod()
    {
        Feed(0, 2 * DayMinutes, _ => 50 + Noise());

        _profile.FoundPeriodMs.ShouldBe(0);
    }

    [Fact]
    public void Update_PeriodThatEnds_IsDropped()
    {
        Feed(0, DayMinutes, minute => (minute % 60 < 12 ? 60 : 20) + Noise());
        Feed(DayMinutes, 3 * DayMinutes, _ => 20 + Noise());

        _profile.FoundPeriodMs.ShouldBe(0);
        Expected((3 * DayMinutes) + 60).ShouldBe(20, 2);
    }

    [Fact]
    public void Expect_DaysOffDiffer_AreKnownFromTheThirdWeek()
    {
        Feed(0, 14 * DayMinutes, Value);

        var outside = 0;
        for (var minute = 14 * DayMinutes; minute < 21 * DayMinutes; minute++)
        {
            // Hours ahead only the calendar can tell.
            if (minute % 360 == 0)
                Expected(minute + 300).ShouldBe(Mean(minute + 300), 15);
            var expectation = _profile.Expect(At(minute));
            var value = Value(minute);
            outside += value < expectation.Lower || value > expectation.Upper ? 1 : 0;
            _profile.Update(At(minute), value, 1, suspicious: false);
        }

        outside.ShouldBeLessThan(7 * DayMinutes / 30);

        double Value(int minute) => Mean(minute) + Noise();
        static double Mean(int minute) =>
            (minute / DayMinutes % 7 >= 5 ? 40 : 100) + (minute % DayMinutes >= 720 ? 30 : 0);
    }

    [Fact]
    public void Expect_WeekOfItsOwn_IsKnownFromTheFourthWeek()
    {
        // Wednesdays differ: no rule of days off says that.
        Feed(0, 21 * DayMinutes, minute => Mean(minute) + Noise());

        Feed(21 * DayMinutes, (23 * DayMinutes) + 600, minute => Mean(minute) + Noise());
        Expected((23 * DayMinutes) + 900).ShouldBe(150, 15);
        Feed((23 * DayMinutes) + 600, (24 * DayMinutes) + 600, minute => Mean(minute) + Noise());
        Expected((24 * DayMinutes) + 900).ShouldBe(50, 15);

        static double Mean(int minute) => minute / DayMinutes % 7 == 2 ? 150 : 50;
    }

    [Theory]
    [InlineData(60, 7)]
    [InlineData(DayMinutes, 2 * DayMinutes)]
    public void Expect_AfterAGap_IsStillInPhase(int period, int gap)
    {
        Feed(0, 4 * DayMinutes, minute => (minute % period < period / 4 ? 60 : 20) + Noise());
        var after = ((((4 * DayMinutes) + gap) / period) + 2) * period;

        Expected(after + (period / 8)).ShouldBe(60, 6);
        Expected(after + (period / 2)).ShouldBe(20, 6);
    }

    [Fact]
    public void Expect_HourlyBuckets_KnowTheTimeOfDay()
    {
        for (var hour = 0; hour < 10 * 24; hour++)
            _profile.Update(At(60 * hour), (hour % 24 < 8 ? 100 : 20) + Noise(), 1, suspicious: false);

        Expected((10 * DayMinutes) + 180).ShouldBe(100, 6);
        Expected((10 * DayMinutes) + 900).ShouldBe(20, 6);
    }

    private static long At(int minute) => StartMs + (minute * MinuteMs);

    private double Expected(int minute) => _profile.Expect(At(minute)).Expected;

    private double Noise() => (_random.NextDouble() + _random.NextDouble() + _random.NextDouble() - 1.5) * 2;

    private void Feed(int from, int to, Func<int, double> value)
    {
        for (var minute = from; minute < to; minute++)
            _profile.Update(At(minute), value(minute), 1, suspicious: false);
    }
}
