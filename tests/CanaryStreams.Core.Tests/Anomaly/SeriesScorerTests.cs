using CanaryStreams.Core.Anomaly;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Core.Tests.Anomaly;

public class SeriesScorerTests
{
    private const long MinuteMs = 60_000;

    public static TheoryData<string> Variants => ["full", "live"];

    [Theory]
    [MemberData(nameof(Variants))]
    public void Score_SpikeInNoise_IsAnAnomalyAndItsOnset(string variant)
    {
        var scorer = New(variant);
        Run(scorer, Noise(600, seed: 1)).ShouldAllBe(point => !point.IsAnomaly);

        var spike = scorer.Score(600 * MinuteMs, 200);

        spike.IsAnomaly.ShouldBeTrue();
        spike.Onset.ShouldBe(spike.Score);
        spike.Expected.ShouldBe(100, 3);
        spike.Upper.ShouldBeLessThan(200);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Score_LevelShift_HasOneOnsetThatIsAnAnomaly(string variant)
    {
        var scorer = New(variant);
        var values = Noise(900, seed: 2);
        for (var i = 600; i < values.Length; i++)
            values[i] += 40;

        var points = Run(scorer, values);

        points[600].IsAnomaly.ShouldBeTrue();
        points.Skip(601).Count(point => point.Onset >= ScorerSettings.Full.Threshold).ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Score_MissingValue_ScoresZeroAndTeachesNothing(string variant)
    {
        var (scorer, other) = (New(variant), New(variant));
        var values = Noise(200, seed: 3);
        Run(scorer, values);
        Run(other, values);

        var missing = scorer.Score(200 * MinuteMs, double.NaN);

        missing.Score.ShouldBe(0);
        missing.IsAnomaly.ShouldBeFalse();
        missing.Expected.ShouldBe(100, 3);
        scorer.Score(201 * MinuteMs, 101).Score.ShouldBe(other.Score(201 * MinuteMs, 101).Score);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Score_ConstantSeries_ScoresNextToNothingAndAChangeIsSeen(string variant)
    {
        var scorer = New(variant);
        var constant = new double[300];
        constant.AsSpan().Fill(7);
        Run(scorer, constant).ShouldAllBe(point => point.Score < 0.1);

        scorer.Score(300 * MinuteMs, 8).IsAnomaly.ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Score_FirstPoints_AreNoAnomaliesAndTheBandIsWide(string variant)
    {
        var scorer = New(variant);

        var points = Run(scorer, Noise(30, seed: 4));

        points.ShouldAllBe(point => !point.IsAnomaly);
        points[0].Expected.ShouldBe(double.NaN);
        (points[2].Upper - points[2].Lower).ShouldBeGreaterThan(points[29].Upper - points[29].Lower);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Score_AnyInput_IsFiniteAndInRange(string variant)
    {
        var extremes = ArbMap.Default.GeneratorFor<double>().ArrayOf();
        var steps = Gen.Elements(0L, 1000, MinuteMs, 3_600_000, 90_000_000).ArrayOf();
        var cases = from values in extremes from gaps in steps select (values, gaps);
        Prop.ForAll(
                cases.ToArbitrary(),
                one =>
                {
                    var scorer = New(variant);
                    var time = -5 * MinuteMs;
                    for (var i = 0; i < one.values.Length; i++)
                    {
                        time += one.gaps.Length > 0 ? one.gaps[i % one.gaps.Length] : 1;
                        var point = scorer.Score(time, one.values[i]);
                        if (point.Score is not (>= 0 and < 1) || point.Onset is not (>= 0 and < 1))
                            return false;
                    }
                    return true;
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Score_TruncatedInput_GivesTheSamePrefix()
    {
        var values = Noise(3000, seed: 5);
        var whole = Run(New("full"), values);

        foreach (var length in new[] { 1, 30, 500, 1501 })
            Run(New("full"), values[..length]).ShouldBe(whole[..length]);
    }

    [Fact]
    public void Clone_ScoresLikeTheOriginalAndOnItsOwn()
    {
        var original = New("full");
        var untouched = New("full");
        var values = Noise(4000, seed: 6);
        Run(original, values[..3500]);
        Run(untouched, values[..3500]);

        var clone = original.Clone();
        clone.Score(3500 * MinuteMs, 1e6);

        original.Score(3500 * MinuteMs, values[3500]).ShouldBe(untouched.Score(3500 * MinuteMs, values[3500]));
        original.Clone().Score(3501 * MinuteMs, values[3501]).ShouldBe(untouched.Score(3501 * MinuteMs, values[3501]));
    }

    [Fact]
    public void Score_DailyPattern_ExpectsItFromTheThirdDay()
    {
        var scorer = New("full");
        var random = new Random(7);
        var worst = 0.0;
        for (var i = 0; i < 5 * 288; i++)
        {
            var value = (i % 288 is >= 100 and < 140 ? 80 : 20) + random.NextDouble();
            var point = scorer.Score(i * 5 * MinuteMs, value);
            // Quarter-hour slots smear the edges.
            if (i >= 4 * 288 && i % 288 is > 105 and < 135)
                worst = Math.Max(worst, Math.Abs(point.Expected - value));
        }
        worst.ShouldBeLessThan(10);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Score_GrownSeries_AllocatesNothing(string variant)
    {
        var scorer = New(variant);
        var values = Noise(2000, seed: 8);
        for (var i = 0; i < values.Length; i++)
            scorer.Score(i * MinuteMs / 2, values[i]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 500; i++)
            scorer.Score((2000 + i) * MinuteMs / 2, values[i]);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Live_GrownSeries_TakesAtMostFourKibibytes()
    {
        var scorer = New("live");
        var values = Noise(3000, seed: 9);
        Run(scorer, values);
        scorer.Clone();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var clone = scorer.Clone();

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThanOrEqualTo(4096);
        GC.KeepAlive(clone);
    }

    private static SeriesScorer New(string variant) =>
        new(variant == "full" ? ScorerSettings.Full : ScorerSettings.Live);

    private static double[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => 98 + random.NextDouble() + random.NextDouble() + (2 * random.NextDouble())),
        ];
    }

    private static ScoredPoint[] Run(SeriesScorer scorer, double[] values) =>
        [.. values.Select((value, i) => scorer.Score(i * MinuteMs, value))];
}
