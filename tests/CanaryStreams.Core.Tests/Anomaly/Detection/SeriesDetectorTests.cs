using CanaryStreams.Core.Anomaly;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Anomaly.Training;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Tests.Anomaly.Network;
using FsCheck;
using FsCheck.Fluent;
using static CanaryStreams.Core.Tests.Anomaly.Detection.TestSeries;

namespace CanaryStreams.Core.Tests.Anomaly.Detection;

/// <summary>What holds whatever the weights of the shipped model are.</summary>
public class SeriesDetectorTests
{
    [Fact]
    public void Score_SpikeInNoise_IsAnAnomalyAndItsOnset()
    {
        var detector = Detector();
        Run(detector, Noise(600, seed: 1)).ShouldAllBe(point => !point.IsAnomaly);

        var spike = detector.Score(600 * MinuteMs, 200);

        spike.IsAnomaly.ShouldBeTrue();
        spike.Onset.ShouldBe(spike.Score);
        spike.Expected.ShouldBe(100, 3);
        spike.Upper.ShouldBeLessThan(200);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(-40)]
    public void Score_LevelShift_HasOneOnsetThatIsAnAnomaly(double shift)
    {
        var values = Noise(900, seed: 2);
        for (var i = 600; i < values.Length; i++)
            values[i] += shift;

        var points = Run(Detector(), values);

        points[600].IsAnomaly.ShouldBeTrue();
        points.Skip(601).Count(point => point.Onset >= 0.5).ShouldBe(0);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(200)]
    public void Score_MissingValue_ScoresZeroAndTeachesNothing(int before)
    {
        var (detector, other) = (Detector(), Detector());
        var values = Noise(before, seed: 3);
        Run(detector, values);
        Run(other, values);

        foreach (var missing in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            var point = detector.Score(before * MinuteMs, missing);
            (point.Score, point.Onset, point.IsAnomaly).ShouldBe((0, 0, false));
            point.Expected.ShouldBe(100, 3);
        }

        for (var i = 1; i < 40; i++)
        {
            var time = (before + i) * MinuteMs;
            detector.Score(time, 100 + i).Score.ShouldBe(other.Score(time, 100 + i).Score);
        }
    }

    [Fact]
    public void Score_ConstantSeries_ScoresNextToNothingAndAChangeIsSeen()
    {
        var detector = Detector();
        var constant = new double[300];
        constant.AsSpan().Fill(7);
        Run(detector, constant).ShouldAllBe(point => point.Score < 0.2);

        detector.Score(300 * MinuteMs, 8).IsAnomaly.ShouldBeTrue();
    }

    [Fact]
    public void Score_FirstPoints_AreNoAnomaliesAndTheBandIsWide()
    {
        var points = Run(Detector(), Noise(60, seed: 4));

        points.ShouldAllBe(point => !point.IsAnomaly);
        points[0].Expected.ShouldBe(double.NaN);
        (points[2].Upper - points[2].Lower).ShouldBeGreaterThan(points[29].Upper - points[29].Lower);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Score_YoungSeriesWithAnUnusualFirstPoint_IsLearntAndNoAnomaly(ulong seed)
    {
        var random = new SeededRandom(seed);
        double[] values = [seed % 2 == 0 ? 0 : 5, .. Enumerable.Range(0, 60).Select(_ => random.NextDouble())];

        var points = Run(Detector(), values);

        points.ShouldAllBe(point => !point.IsAnomaly);
        points[^1].Expected.ShouldBe(0.5, 0.5);
    }

    [Fact]
    public void Score_AnyInput_IsFiniteAndInRange()
    {
        var steps = Gen.Elements(0L, 1000, MinuteMs, 3_600_000, 90_000_000, long.MaxValue / 10_000).ArrayOf();
        var cases =
            from values in ArbMap.Default.GeneratorFor<double>().ArrayOf()
            from gaps in steps
            from repeats in Gen.Choose(1, 20)
            select (values, gaps, repeats);
        Prop.ForAll(
                cases.ToArbitrary(),
                one =>
                {
                    var detector = Detector();
                    var time = -5 * MinuteMs;
                    for (var i = 0; i < one.repeats * one.values.Length; i++)
                    {
                        time += one.gaps.Length > 0 ? one.gaps[i % one.gaps.Length] : 1;
                        var point = detector.Score(time, one.values[i % one.values.Length]);
                        if (point.Score is not (>= 0 and < 1) || point.Onset is not (>= 0 and < 1))
                            return false;
                    }
                    return true;
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 2)]
    [InlineData(60, 3)]
    public void Score_TruncatedInput_GivesTheSamePrefix(int stepMinutes, ulong seed)
    {
        var random = new SeededRandom(seed);
        var series = SyntheticSeries.Make("set", "id", stepMinutes, 2500, random);
        var whole = Points(series, series.Count);
        whole.Count(point => point.Score > 0).ShouldBeGreaterThan(2400);

        for (var i = 0; i < 6; i++)
        {
            var length = (int)random.Uniform(1, series.Count);
            // Records compare doubles by their bits, but for the zeros.
            Points(series, length).ShouldBe(whole[..length]);
        }
    }

    [Fact]
    public void Score_BelowTheGrowingPoint_StaysCompactUntilAsked()
    {
        var (alone, asked) = (Detector(), Detector(growAfterPoints: int.MaxValue));
        var values = Noise(40, seed: 5);

        Run(alone, values[..32]);
        alone.Tier.ShouldBe(DetectorTier.Compact);
        alone.Score(32 * MinuteMs, values[32]);
        alone.Tier.ShouldBe(DetectorTier.Full);

        Run(asked, values);
        asked.Tier.ShouldBe(DetectorTier.Compact);
        asked.Grow();
        asked.Tier.ShouldBe(DetectorTier.Full);
    }

    [Fact]
    public void Grow_OfAYoungSeries_GoesOnAsIfItHadAlwaysBeenFull()
    {
        var (early, late) = (Detector(growAfterPoints: 0), Detector());
        var values = Noise(300, seed: 6);
        values[200] = 300;

        Run(late, values)[32..].ShouldBe(Run(early, values)[32..]);
    }

    [Fact]
    public void Grow_Twice_ChangesNothing()
    {
        var (once, twice) = (Detector(), Detector());
        var values = Noise(100, seed: 7);
        Run(once, values);
        Run(twice, values);

        twice.Grow();

        twice.Score(100 * MinuteMs, 150).ShouldBe(once.Score(100 * MinuteMs, 150));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(3500)]
    public void Clone_ScoresLikeTheOriginalAndOnItsOwn(int points)
    {
        var (original, untouched) = (Detector(), Detector());
        var values = Noise(points + 100, seed: 8);
        Run(original, values[..points]);
        Run(untouched, values[..points]);

        var clone = original.Clone();
        for (var i = points; i < points + 50; i++)
            clone.Score(i * MinuteMs, 1e6 * (i % 3));

        for (var i = points; i < points + 100; i++)
        {
            var expected = untouched.Score(i * MinuteMs, values[i]);
            original.Clone().Score(i * MinuteMs, values[i]).ShouldBe(expected);
            original.Score(i * MinuteMs, values[i]).ShouldBe(expected);
        }
    }

    [Fact]
    public void Score_DailyPattern_ExpectsItFromTheThirdDay()
    {
        var detector = Detector();
        var random = new SeededRandom(9);
        var worst = 0.0;
        for (var i = 0; i < 5 * 288; i++)
        {
            var value = (i % 288 is >= 100 and < 140 ? 80 : 20) + random.NextDouble();
            var point = detector.Score(i * 5 * MinuteMs, value);
            // Quarter-hour slots smear the edges.
            if (i >= 4 * 288 && i % 288 is > 105 and < 135)
                worst = Math.Max(worst, Math.Abs(point.Expected - value));
        }
        worst.ShouldBeLessThan(10);
    }

    [Fact]
    public void Score_GrownSeries_AllocatesNothing()
    {
        var detector = Detector();
        var values = Noise(2000, seed: 10);
        for (var i = 0; i < values.Length; i++)
            detector.Score(i * MinuteMs / 2, values[i]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 500; i++)
            detector.Score((2000 + i) * MinuteMs / 2, values[i]);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Create_NetworksOfAnotherShape_SaysWhatTheySee()
    {
        var ensemble = new NetworkEnsemble([TestNetworks.Random(new NetworkShape(3, 1), seed: 1)]);
        var model = new DetectorModel(DetectorModels.Default.Card, ensemble, DetectorModels.Default.Fusion);

        Should
            .Throw<ArgumentException>(() => new SeriesDetector(new DetectorSettings(model)))
            .Message.ShouldContain("Channels = 3");
    }

    private static ScoredPoint[] Points(LabelledPoints series, int count)
    {
        var detector = Detector();
        return [.. Enumerable.Range(0, count).Select(i => detector.Score(series.TimesMs[i], series.Values[i]))];
    }
}
