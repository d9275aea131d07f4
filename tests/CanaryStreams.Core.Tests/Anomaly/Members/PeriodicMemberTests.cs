using CanaryStreams.Core.Anomaly.Members;
using CanaryStreams.Core.Simulation;
using static CanaryStreams.Core.Tests.Anomaly.Detection.TestSeries;

namespace CanaryStreams.Core.Tests.Anomaly.Members;

public class PeriodicMemberTests
{
    private const long StepMs = 5 * MinuteMs;

    private readonly SeededRandom _random = new(1);
    private readonly PeriodicMember _day = new(DayMs, 300_000);

    [Fact]
    public void Observe_FirstDay_SaysNothing()
    {
        for (var time = MondayMs; time < MondayMs + DayMs; time += StepMs)
        {
            _day.Observe(time, Daily(time, _random));
            (_day.Distance, _day.SlotDistance, _day.SmoothDistance, _day.StepDistance).ShouldBe((0, 0, 0, 0));
        }
    }

    [Fact]
    public void Observe_DailyShape_IsKnownFromTheThirdDay()
    {
        Feed(_day, MondayMs, 2 * DayMs);

        Mean(_day, MondayMs + (2 * DayMs), DayMs).ShouldBeLessThan(2);

        // What is usual at noon is not at six, and the other way round.
        var six = MondayMs + (3 * DayMs) + (6 * HourMs);
        Feed(_day, MondayMs + (3 * DayMs), 6 * HourMs);
        _day.Observe(six, 100);
        _day.Distance.ShouldBeLessThan(-5);
        _day.SlotDistance.ShouldBeLessThan(-5);
        _day.StepDistance.ShouldBeLessThan(-5);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(HourInMinutes * 31)]
    public void Observe_Gap_DoesNotShiftThePhase(int minutes)
    {
        Feed(_day, MondayMs, 4 * DayMs);

        Mean(_day, MondayMs + (4 * DayMs) + (minutes * MinuteMs), DayMs).ShouldBeLessThan(2);
    }

    [Fact]
    public void Observe_FaultOfAnHour_DoesNotBecomeNormal()
    {
        Feed(_day, MondayMs, 5 * DayMs);
        var fault = MondayMs + (5 * DayMs) + (10 * HourMs);
        Feed(_day, MondayMs + (5 * DayMs), 10 * HourMs);
        Feed(_day, fault, HourMs, add: 500);
        _day.Distance.ShouldBeGreaterThan(20);
        Feed(_day, fault + HourMs, 13 * HourMs);

        // The next day at that hour the usual is usual, and the fault is one.
        Feed(_day, fault + (14 * HourMs), 10 * HourMs);
        Mean(_day, fault + DayMs, HourMs).ShouldBeLessThan(4);
        _day.Observe(fault + DayMs + HourMs, 600);
        _day.Distance.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void Observe_Weekend_IsKnownToTheWeekAndNotToTheDay()
    {
        var week = new PeriodicMember(7 * DayMs, 600_000);
        var (ofDay, ofWeek, points) = (0.0, 0.0, 0);
        for (var time = MondayMs; time < MondayMs + (28 * DayMs); time += StepMs)
        {
            var isWeekend = (time - MondayMs) / DayMs % 7 >= 5;
            var value = isWeekend ? 100 + _random.Uniform(-1, 1) : Daily(time, _random);
            _day.Observe(time, value);
            week.Observe(time, value);
            // The first hours of the fourth Saturday: as later ones differ from the days, the level follows.
            if (time < MondayMs + (26 * DayMs) + (3 * HourMs) || time >= MondayMs + (26 * DayMs) + (9 * HourMs))
                continue;
            ofDay += Math.Abs(_day.SlotDistance);
            ofWeek += Math.Abs(week.SlotDistance);
            points++;
        }

        points.ShouldBe(72);
        (ofWeek / points).ShouldBeLessThan(2);
        (ofDay / points).ShouldBeGreaterThan(2 * ofWeek / points);
    }

    [Fact]
    public void Observe_AboveAndBelow_HaveTheirSigns()
    {
        Feed(_day, MondayMs, 4 * DayMs);
        var (above, below) = (_day, _day.Clone());

        Feed(above, MondayMs + (4 * DayMs), HourMs, add: 30);
        Feed(below, MondayMs + (4 * DayMs), HourMs, add: -30);

        new[] { above.Distance, above.SlotDistance, above.SmoothDistance }.ShouldAllBe(distance => distance > 1);
        new[] { below.Distance, below.SlotDistance, below.SmoothDistance }.ShouldAllBe(distance => distance < -1);
    }

    [Fact]
    public void Observe_PointsOfADay_SaysNothing()
    {
        for (var i = 0; i < 100; i++)
        {
            _day.Observe(i * DayMs / 2, i % 2 * 100);
            _day.Distance.ShouldBe(0);
        }
    }

    [Fact]
    public void Clone_GoesItsOwnWay()
    {
        Feed(_day, MondayMs, 3 * DayMs);
        var (clone, untouched) = (_day.Clone(), _day.Clone());

        Feed(clone, MondayMs + (3 * DayMs), DayMs, add: 1000);

        var time = MondayMs + (4 * DayMs);
        _day.Observe(time, 100);
        untouched.Observe(time, 100);
        _day.Distance.ShouldBe(untouched.Distance);
        _day.SlotDistance.ShouldBe(untouched.SlotDistance);
    }

    private const int HourInMinutes = 60;

    private void Feed(PeriodicMember member, long from, long lengthMs, double add = 0)
    {
        for (var time = from; time < from + lengthMs; time += StepMs)
            member.Observe(time, Daily(time, _random) + add);
    }

    /// <summary>Mean distance while usual values are fed.</summary>
    private double Mean(PeriodicMember member, long from, long lengthMs)
    {
        var (sum, points) = (0.0, 0);
        for (var time = from; time < from + lengthMs; time += StepMs, points++)
        {
            member.Observe(time, Daily(time, _random));
            sum += Math.Abs(member.Distance);
        }
        return sum / points;
    }
}
