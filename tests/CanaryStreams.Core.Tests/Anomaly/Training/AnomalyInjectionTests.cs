using CanaryStreams.Core.Anomaly.Training;
using CanaryStreams.Core.Simulation;

namespace CanaryStreams.Core.Tests.Anomaly.Training;

public sealed class AnomalyInjectionTests
{
    private const int Length = 1000;
    private const int At = 300;

    private static readonly LabelledPoints s_normal = Normal();
    private static readonly NoiseScale s_scale = NoiseScale.Of(s_normal.Values);

    public static TheoryData<InjectedKind, int, int> Lengths =>
        new()
        {
            { InjectedKind.Spike, 1, 3 },
            { InjectedKind.LevelShift, 8, 157 },
            { InjectedKind.Ramp, 20, 169 },
            { InjectedKind.Variance, 10, 89 },
            { InjectedKind.DroppedSeason, 30, 329 },
            { InjectedKind.FlatLine, 10, 89 },
            { InjectedKind.Dip, 2, 61 },
            { InjectedKind.Surge, 2, 61 },
        };

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Event_AnyKind_LabelsExactlyItsPointsAndIgnoresTenBehind(InjectedKind kind, int least, int most)
    {
        foreach (var (series, length) in Many(kind))
        {
            length.ShouldBeInRange(least, most);
            for (var i = 0; i < Length; i++)
            {
                series.Labels[i].ShouldBe(i >= At && i < At + length);
                series.Ignored[i].ShouldBe(i >= At + length && i < At + length + 10);
                // A flat line keeps its first value.
                if (kind != InjectedKind.FlatLine || i != At)
                    (series.Values[i] != s_normal.Values[i]).ShouldBe(series.Labels[i]);
            }
        }
    }

    [Fact]
    public void Event_Spike_Adds0p9To1p7Sizes()
    {
        foreach (var (series, length) in Many(InjectedKind.Spike))
            ShouldBeOfSize(Changes(series, length).Select(Math.Abs), 0.91, 1.69);
    }

    [Fact]
    public void Event_LevelShift_AddsTheSameToAll()
    {
        foreach (var (series, length) in Many(InjectedKind.LevelShift))
        {
            var changes = Changes(series, length);
            changes.ShouldAllBe(change => Math.Abs(change - changes[0]) < 1e-9);
            ShouldBeOfSize(changes.Select(Math.Abs), 0.7, 0.7);
        }
    }

    [Fact]
    public void Event_Ramp_GrowsAndStays()
    {
        foreach (var (series, length) in Many(InjectedKind.Ramp))
        {
            var changes = Changes(series, length).ConvertAll(Math.Abs);
            changes.Zip(changes.Skip(1)).ShouldAllBe(pair => pair.Second > pair.First - 1e-9);
            changes[0].ShouldBe(changes[^1] / (0.6 * length), 1e-6);
            changes[(int)(0.6 * length)].ShouldBe(changes[^1], 1e-9);
            ShouldBeOfSize([changes[^1]], 1.2, 1.2);
        }
    }

    [Fact]
    public void Event_Variance_AddsNoiseOf3To8Steps()
    {
        foreach (var (series, length) in Many(InjectedKind.Variance).Where(one => one.Length > 50))
        {
            var changes = Changes(series, length);
            Math.Sqrt(changes.Average(change => change * change)).ShouldBeInRange(2 * s_scale.Step, 11 * s_scale.Step);
            changes.Count(change => change > 0).ShouldBeInRange(length / 5, length * 4 / 5);
        }
    }

    [Fact]
    public void Event_DroppedSeason_StaysAroundTheMedian()
    {
        var season = s_normal.Values.Max() - s_scale.Median;
        foreach (var (series, length) in Many(InjectedKind.DroppedSeason))
        {
            series
                .Values.AsSpan(At, length)
                .ToArray()
                .ShouldAllBe(value => Math.Abs(value - s_scale.Median) < 0.75 * season);
        }
    }

    [Fact]
    public void Event_FlatLine_StaysAtTheFirstValue()
    {
        foreach (var (series, length) in Many(InjectedKind.FlatLine))
            series.Values.AsSpan(At, length).ToArray().ShouldAllBe(value => value == s_normal.Values[At]);
    }

    [Theory]
    [InlineData(InjectedKind.Dip, 0, 0.7)]
    [InlineData(InjectedKind.Surge, 1.4, 3.2)]
    public void Event_DipOrSurge_ScalesByOneFactor(InjectedKind kind, double least, double most)
    {
        var factors = new List<double>();
        foreach (var (series, length) in Many(kind))
        {
            factors.Add(series.Values[At] / s_normal.Values[At]);
            for (var i = At; i < At + length; i++)
                (series.Values[i] / s_normal.Values[i]).ShouldBe(factors[^1], 1e-9);
        }
        factors.ShouldAllBe(factor => factor >= least && factor <= most);
        if (kind == InjectedKind.Dip)
            factors.Count(factor => factor == 0).ShouldBeInRange(5, 30);
    }

    [Fact]
    public void Event_WithoutEffect_IsNotLabelled()
    {
        var zeros = Points.Labelled(new string('.', 100)) with { Values = new double[100] };

        var series = AnomalyInjection.Event(zeros, InjectedKind.Dip, 50, new SeededRandom(1));

        series.Labels.ShouldAllBe(label => !label);
        series.Ignored.ShouldAllBe(isIgnored => !isIgnored);
    }

    [Fact]
    public void Event_LabelsAndMissingValuesOfTheSeries_BecomeIgnoredAndFilled()
    {
        var real = Points.Of([double.NaN, 2, double.NaN, 4, 5, 6], ".xx?..");

        var series = AnomalyInjection.Event(real, InjectedKind.Surge, 4, new SeededRandom(1));

        series.Ignored.ShouldBe([false, true, true, true, false, false]);
        series.Labels.ShouldBe([false, false, false, false, true, true]);
        series.Values.Take(4).ShouldBe([0, 2, 2, 4]);
        real.Values[5].ShouldBe(6);
        real.Labels[1].ShouldBeTrue();
    }

    [Fact]
    public void Event_OutsideTheSeries_Throws() =>
        Should.Throw<ArgumentOutOfRangeException>(() =>
            AnomalyInjection.Event(s_normal, InjectedKind.Dip, Length, new SeededRandom(1))
        );

    [Fact]
    public void Events_LongSeries_HasSeveralApartFromEachOther()
    {
        for (var seed = 0UL; seed < 20; seed++)
        {
            var normal = SyntheticSeries.Make("", "", 5, 20_000, SyntheticShape.Plain, new SeededRandom(seed));
            var series = AnomalyInjection.Events(normal, new SeededRandom(seed));
            var starts = Enumerable.Range(1, 19_999).Where(i => series.Labels[i] && !series.Labels[i - 1]).ToList();

            starts.Count.ShouldBeInRange(5, 100);
            starts[0].ShouldBeGreaterThanOrEqualTo(40);
            foreach (var start in starts)
                series.Labels.AsSpan(start - 20, 20).Contains(true).ShouldBeFalse();
        }
    }

    private static List<double> Changes(LabelledPoints series, int length) =>
        [.. Enumerable.Range(At, length).Select(i => series.Values[i] - s_normal.Values[i])];

    /// <summary>A size is 3 to 15 times 1.5 steps or 0.6 spreads.</summary>
    private static void ShouldBeOfSize(IEnumerable<double> amounts, double least, double most)
    {
        var unitMin = Math.Min(1.5 * s_scale.Step, 0.6 * s_scale.Spread);
        var unitMax = Math.Max(1.5 * s_scale.Step, 0.6 * s_scale.Spread);
        foreach (var amount in amounts)
            amount.ShouldBeInRange(least * 3 * unitMin - 1e-9, most * 15 * unitMax + 1e-9);
    }

    /// <summary>One event of many seeds each, and its length.</summary>
    private static IEnumerable<(LabelledPoints Series, int Length)> Many(InjectedKind kind)
    {
        for (var seed = 0UL; seed < 50; seed++)
        {
            var series = AnomalyInjection.Event(s_normal, kind, At, new SeededRandom(seed));
            yield return (series, series.Labels.Count(label => label));
        }
    }

    private static LabelledPoints Normal()
    {
        var random = new SeededRandom(5);
        return Points.Of(
            [.. Enumerable.Range(0, Length).Select(i => 100 + 20 * Math.Sin(i * 2 * Math.PI / 144) + random.Normal())],
            new string('.', Length)
        );
    }
}
