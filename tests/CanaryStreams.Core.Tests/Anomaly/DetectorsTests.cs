using CanaryStreams.Core.Anomaly;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Core.Tests.Anomaly;

public class DetectorsTests
{
    private const long Step = 300_000;
    private const int Points = 3 * 288;

    public static TheoryData<string> Names => [.. Detectors.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Score_SpikeInNoise_IsTheHighestAndAnOnset(string name)
    {
        var scorer = Detectors.Create(name, 0.5);
        var random = new Random(1);
        var highest = 0.0;
        for (var i = 0; i < Points; i++)
            highest = Math.Max(highest, scorer.Score(i * Step, 100 + random.NextDouble()).Score);

        var spike = scorer.Score(Points * Step, 200);

        spike.Score.ShouldBeGreaterThan(highest);
        spike.Onset.ShouldBe(spike.Score);
        spike.IsAnomaly.ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Score_AnyInput_IsFiniteAndInRange(string name)
    {
        var steps = Gen.Elements(0L, 1000, 60_000, 3_600_000, 90_000_000, 900_000_000).ArrayOf();
        var cases =
            from values in ArbMap.Default.GeneratorFor<double>().ArrayOf()
            from gaps in steps
            select (values, gaps);
        Prop.ForAll(
                cases.ToArbitrary(),
                one =>
                {
                    var scorer = Detectors.Create(name, 0.5);
                    var time = -Step;
                    for (var i = 0; i < 8 * one.values.Length; i++)
                    {
                        time += one.gaps.Length > 0 ? one.gaps[i % one.gaps.Length] : 1;
                        var point = scorer.Score(time, one.values[i % one.values.Length]);
                        if (point.Score is not (>= 0 and < 1) || point.Onset is not (>= 0 and < 1))
                            return false;
                    }
                    return true;
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Score_MissingValue_ScoresZeroAndTeachesNothing(string name)
    {
        var (scorer, other) = (Detectors.Create(name, 0.5), Detectors.Create(name, 0.5));
        var random = new Random(2);
        for (var i = 0; i < Points; i++)
        {
            var value = random.NextDouble();
            scorer.Score(i * Step, value);
            other.Score(i * Step, value);
        }

        scorer.Score(Points * Step, double.NaN).Score.ShouldBe(0);

        scorer.Score((Points + 1) * Step, 3).Score.ShouldBe(other.Score((Points + 1) * Step, 3).Score);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Score_ConstantSeries_ScoresNextToNothing(string name)
    {
        var scorer = Detectors.Create(name, 0.5);

        for (var i = 0; i < Points; i++)
            scorer.Score(i * Step, 7).Score.ShouldBeLessThan(0.2);
    }

    [Fact]
    public void Create_UnknownName_NamesTheOthers()
    {
        Detectors.IsKnown("nobody").ShouldBeFalse();
        Should.Throw<ArgumentException>(() => Detectors.Create("nobody", 0.5)).Message.ShouldContain("ewma, ");
    }
}
