using CanaryStreams.Core.Anomaly.Training;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Anomaly.Training;

public sealed class SyntheticSeriesTests
{
    private const int PointsOfDay = 24;

    /// <summary>A level and nothing else.</summary>
    private static readonly SyntheticTraits s_still = new(
        SyntheticShape.Plain,
        Level: 100,
        Amplitude: 0,
        Phase: 0,
        SecondPhase: 0,
        SecondHarmonic: 0,
        WeekendCut: 0,
        Noise: 0,
        Correlation: 0,
        TrendPerPoint: 0,
        WalkStep: 0,
        JobEveryPoints: 0,
        JobHeight: 0,
        IsNonNegative: false
    );

    [Fact]
    public void Make_LevelOnly_IsConstant() => Hourly(s_still).Values.ShouldAllBe(value => value == 100);

    [Fact]
    public void Make_Season_RepeatsDailyWithItsAmplitude()
    {
        var values = Hourly(s_still with { Amplitude = 10, SecondHarmonic = 0.5 }).Values;

        for (var i = PointsOfDay; i < values.Length; i++)
            values[i].ShouldBe(values[i - PointsOfDay], 1e-9);
        (values.Max() - values.Min()).ShouldBeInRange(20, 30);
    }

    [Fact]
    public void Make_WeekendCut_LowersSaturdaysAndSundaysOnly()
    {
        var traits = s_still with { Amplitude = 10, WeekendCut = 0.5 };
        var series = Hourly(traits);
        var peaks = series
            .TimesMs.Zip(series.Values)
            .GroupBy(point => DateTimeOffset.FromUnixTimeMilliseconds(point.First).Date)
            .Where(day => day.Count() == PointsOfDay)
            .ToList();

        foreach (var day in peaks)
        {
            var isWeekend = day.Key.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
            // Within an hour of the wave's top.
            day.Max(point => point.Second).ShouldBe(isWeekend ? 100 : 110, 0.5);
        }
    }

    [Fact]
    public void Make_TrendAndJobs_AddUp() =>
        Hourly(s_still with { TrendPerPoint = 1, JobEveryPoints = 4, JobHeight = 50 })
            .Values.Take(6)
            .ShouldBe([150, 151, 102, 103, 154, 155]);

    [Theory]
    [InlineData(0)]
    [InlineData(0.8)]
    public void Make_Noise_HasItsSpreadAndCorrelation(double correlation)
    {
        var values = Hourly(s_still with { Noise = 5, Correlation = correlation }, 20_000).Values;
        var mean = values.Average();
        var variance = values.Average(value => (value - mean) * (value - mean));
        var covariance = values.Skip(1).Zip(values).Average(pair => (pair.First - mean) * (pair.Second - mean));

        Math.Sqrt(variance).ShouldBe(5, 0.3);
        (covariance / variance).ShouldBe(correlation, 0.03);
    }

    [Fact]
    public void Make_Counts_AreSmallWholeNumbers()
    {
        var values = Hourly(s_still with { Shape = SyntheticShape.Counts }).Values;

        values.ShouldAllBe(value => value >= 0 && value == Math.Round(value));
        values.Average().ShouldBe(3, 0.3);
    }

    [Fact]
    public void Make_OnOff_IsMostlyZero() =>
        (
            Hourly(s_still with { Shape = SyntheticShape.OnOff }, 5000).Values.Count(value => value == 0) / 5000.0
        ).ShouldBe(0.88, 0.03);

    [Fact]
    public void Make_HeavyTails_HasFewFarPoints()
    {
        var values = Hourly(s_still with { Shape = SyntheticShape.HeavyTails, Noise = 1 }, 20_000).Values;

        (values.Count(value => Math.Abs(value - 100) > 4) / 20_000.0).ShouldBe(0.01, 0.005);
    }

    [Fact]
    public void Make_NonNegative_CutsOffAtZero()
    {
        Hourly(s_still with { Level = 0, Noise = 1 }).Values.Min().ShouldBeLessThan(0);
        Hourly(s_still with { Level = 0, Noise = 1, IsNonNegative = true }).Values.Min().ShouldBe(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public void Make_Step_IsThatOfTheTimes(int minutes)
    {
        var series = SyntheticSeries.Make("a", "b", minutes, 50, new SeededRandom(3));

        series.TimesMs.Zip(series.TimesMs.Skip(1)).ShouldAllBe(pair => pair.Second - pair.First == minutes * 60_000);
        (series.Set, series.Id, series.Count).ShouldBe(("a", "b", 50));
        series.Labels.ShouldAllBe(label => !label);
        series.Ignored.ShouldAllBe(isIgnored => !isIgnored);
    }

    [Fact]
    public void Make_ManySeeds_AreFiniteAndDiffer()
    {
        var series = Enumerable
            .Range(0, 200)
            .Select(seed => SyntheticSeries.Make("", "", 15, 300, new SeededRandom((ulong)seed)))
            .ToList();

        series.SelectMany(one => one.Values).ShouldAllBe(value => double.IsFinite(value));
        series.Select(one => string.Join(" ", one.Values)).Distinct().Count().ShouldBe(200);
    }

    [Fact]
    public void Make_SameSeed_SameSeries() =>
        SyntheticSeries
            .Make("", "", 5, 300, new SeededRandom(8))
            .Values.ShouldBe(SyntheticSeries.Make("", "", 5, 300, new SeededRandom(8)).Values);

    private static LabelledPoints Hourly(SyntheticTraits traits, int count = 400) =>
        SyntheticSeries.Make("", "", 60, count, traits, new SeededRandom(1));
}
