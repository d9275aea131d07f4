using CanaryStreams.Core.Judging;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Core.Tests.Judging;

public class ChangeJudgeTests
{
    private const long MinuteMs = 60_000;
    private const int Day = 1440;

    public static TheoryData<string> Faults => ["up", "down", "spike", "noise", "frozen"];

    [Theory]
    [MemberData(nameof(Faults))]
    public void Judge_FaultBehindTheChange_IsBad(string fault)
    {
        var values = Healthy(5 * Day, seed: 1);
        var change = (5 * Day) - 200;
        for (var i = change + 3; i < change + 60; i++)
        {
            values[i] = fault switch
            {
                "up" => values[i] + 30,
                "down" => values[i] - 30,
                "noise" => values[i] + (i % 2 == 0 ? 20 : -20),
                "frozen" => 100,
                _ => i == change + 10 ? 400 : values[i],
            };
        }

        Judge(values, change).Verdict.ShouldBe(Verdict.Bad);
    }

    [Fact]
    public void Judge_AutocorrelatedHealthySeries_IsSeldomBad()
    {
        var bad = Enumerable
            .Range(0, 40)
            .Count(seed => Judge(Healthy(3 * Day, seed), (3 * Day) - 200).Verdict == Verdict.Bad);

        bad.ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public void Judge_SeasonalStepAtTheChange_IsOk()
    {
        var values = Healthy(8 * Day, seed: 3);
        for (var i = 0; i < values.Length; i++)
            values[i] += i % Day >= 720 ? 80 : 0;

        Judge(values, (7 * Day) + 720).Verdict.ShouldBe(Verdict.Ok);
    }

    [Fact]
    public void Judge_DataBehindTheWindow_IsNotLookedAt()
    {
        var values = Healthy(4 * Day, seed: 4);
        var change = (4 * Day) - 300;
        var truncated = Judge(values[..(change + 120)], change);
        for (var i = change + 120; i < values.Length; i++)
            values[i] = 1e6;

        Judge(values, change).ShouldBe(truncated);
    }

    [Fact]
    public void Judge_NothingBehindTheChange_IsInconclusive() =>
        Judge(Healthy(3 * Day, seed: 5), 3 * Day).ShouldBe(new Judgement(0, Verdict.Inconclusive));

    [Fact]
    public void Judge_NoHistory_IsInconclusive() =>
        Judge(Healthy(200, seed: 6), 60).Verdict.ShouldBe(Verdict.Inconclusive);

    [Fact]
    public void Judge_NoData_IsInconclusive() =>
        ChangeJudge.Judge([], [], 0, JudgeSettings.Default).Verdict.ShouldBe(Verdict.Inconclusive);

    [Fact]
    public void Judge_OnlyMissingValues_IsInconclusive()
    {
        var values = new double[3 * Day];
        values.AsSpan().Fill(double.NaN);

        Judge(values, (3 * Day) - 200).Verdict.ShouldBe(Verdict.Inconclusive);
    }

    [Fact]
    public void Judge_GapsInThePast_AreBorne()
    {
        var values = Healthy(5 * Day, seed: 7);
        values.AsSpan(2 * Day, 300).Fill(double.NaN);
        var change = (5 * Day) - 200;

        Judge(values, change).Verdict.ShouldBe(Verdict.Ok);
    }

    [Fact]
    public void Judge_FlatSeriesThatStaysFlat_IsOk()
    {
        var values = new double[3 * Day];
        values.AsSpan().Fill(5);

        Judge(values, (3 * Day) - 200).Verdict.ShouldBe(Verdict.Ok);
    }

    [Fact]
    public void Judge_DataThatEndsInTheWindow_IsJudgedByWhatThereIs()
    {
        var values = Healthy(5 * Day, seed: 8);
        var change = (5 * Day) - 25;
        for (var i = change + 2; i < values.Length; i++)
            values[i] += 30;

        Judge(values, change).Verdict.ShouldBe(Verdict.Bad);
    }

    [Fact]
    public void Judge_SeriesThatFallsSilentAtTheChange_IsInconclusive()
    {
        var values = Healthy(5 * Day, seed: 9);
        var change = (5 * Day) - 200;
        values.AsSpan(change + 3).Fill(double.NaN);

        Judge(values, change).ShouldBe(new Judgement(0, Verdict.Inconclusive));
    }

    [Fact]
    public void Judge_NoiseOfTheTimeOfDay_IsOk()
    {
        var values = Healthy(8 * Day, seed: 10);
        var random = new Random(10);
        var change = (7 * Day) + 600;
        for (var i = 0; i < values.Length; i++)
            values[i] += i % Day is >= 600 and < 720 ? 20 * (random.NextDouble() - 0.5) : 0;

        Judge(values, change).Verdict.ShouldBe(Verdict.Ok);
    }

    [Fact]
    public void Judge_SpikesThatTheSeriesHasAnyway_AreOk()
    {
        var values = new double[8 * Day];
        for (var i = 0; i < values.Length; i += 97)
            values[i] = 1;
        var change = (100 * 97) - 5;

        Judge(values, change).Verdict.ShouldBe(Verdict.Ok);
    }

    [Fact]
    public void Judge_FaultSoonBehindTheChange_ScoresMoreThanTheSameLater()
    {
        var change = (5 * Day) - 200;

        Judge(WithFault(change + 5), change).Score.ShouldBeGreaterThan(Judge(WithFault(change + 95), change).Score);

        static double[] WithFault(int at)
        {
            var values = Healthy(5 * Day, seed: 11);
            for (var i = at; i < at + 20; i++)
                values[i] += 12;
            return values;
        }
    }

    [Fact]
    public void Judge_ShiftBelowTheNoiseOfTheBusyHours_IsBadInAQuietOne()
    {
        var random = new Random(12);
        var values = new double[8 * Day];
        for (var i = 0; i < values.Length; i++)
            values[i] = (i % Day < 480 ? 1 : 1000) * (1 + (0.2 * (random.NextDouble() - 0.5)));
        var change = (7 * Day) + 200;
        for (var i = change + 3; i < change + 60; i++)
            values[i] *= 1.5;

        Judge(values, change).Verdict.ShouldBe(Verdict.Bad);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Judge_LargerShift_ScoresNoLess(double shift)
    {
        var change = (5 * Day) - 200;

        Judge(Shifted(shift * 1.5), change).Score.ShouldBeGreaterThanOrEqualTo(Judge(Shifted(shift), change).Score);

        double[] Shifted(double by)
        {
            var values = Healthy(5 * Day, seed: 13);
            for (var i = change; i < values.Length; i++)
                values[i] += by;
            return values;
        }
    }

    [Fact]
    public void Judge_AnyValues_ScoreLiesInRange()
    {
        var cases =
            from some in ArbMap.Default.GeneratorFor<double>().ArrayOf()
            from seed in Gen.Choose(0, 1000)
            select (some, seed);
        Prop.ForAll(cases.ToArbitrary(), one => Score(one.some, one.seed) is >= 0 and < 1)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20));

        static double Score(double[] some, int seed)
        {
            var values = Healthy(2 * Day, seed);
            var random = new Random(seed);
            foreach (var value in some)
                values[random.Next(values.Length)] = value;
            values[random.Next(values.Length)] = double.MaxValue;
            values.AsSpan(random.Next(values.Length - 700), random.Next(700)).Fill(double.NaN);
            return Judge(values, (2 * Day) - 150).Score;
        }
    }

    private static Judgement Judge(double[] values, int change)
    {
        var times = Enumerable.Range(0, values.Length).Select(i => i * MinuteMs).ToArray();
        return ChangeJudge.Judge(times, values, change * MinuteMs, JudgeSettings.Default);
    }

    private static double[] Healthy(int minutes, int seed)
    {
        var random = new Random(seed);
        var values = new double[minutes];
        var noise = 0.0;
        for (var i = 0; i < minutes; i++)
        {
            noise = (0.7 * noise) + (2 * ((random.NextDouble() * 2) - 1));
            values[i] = 100 + (10 * Math.Sin(2 * Math.PI * i / Day)) + noise;
        }
        return values;
    }
}
