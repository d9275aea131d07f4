using CanaryStreams.Core.Judging;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Core.Tests.Judging;

public class PlaceboTestTests
{
    [Fact]
    public void Surprise_AtMedianAndUpperPercentile_IsTheLogarithmOfTheShare()
    {
        var past = Enumerable.Range(1, 100).Select(i => (double)i).ToArray();

        Surprise(50, past).ShouldBe(0.30103, 1e-9);
        Surprise(90, past).ShouldBe(1, 1e-9);
        Surprise(130, past).ShouldBe(1.69897, 1e-9);
    }

    [Fact]
    public void Surprise_FarAboveAll_IsBoundedByTheRank()
    {
        var past = Enumerable.Range(1, 99).Select(i => (double)i).ToArray();

        Surprise(1e9, past).ShouldBe(3, 1e-9);
    }

    [Fact]
    public void Surprise_SeenInATwentiethOfAFlatPast_IsNoMoreThanTheRankAllows()
    {
        var past = Enumerable.Range(0, 100).Select(i => i < 95 ? 0.0 : 1).ToArray();

        Surprise(1, past).ShouldBe(Math.Log10(101 / 6.0) + 1, 1e-9);
    }

    [Fact]
    public void Surprise_FlatPastAndTheSameValue_IsOrdinary() => Surprise(5, [5, 5, 5, 5]).ShouldBe(0.30103, 1e-9);

    [Fact]
    public void Surprise_MomentsThatCountLittle_MoveLittle()
    {
        var (past, weights) = (new double[200], new double[200]);
        for (var i = 0; i < 200; i++)
            (past[i], weights[i]) = (i < 100 ? i + 1 : 1000 + i, i < 100 ? 1 : 1e-6);

        PlaceboTest.Surprise(90, past, weights).ShouldBe(1, 0.02);
    }

    [Fact]
    public void Surprise_LargerValue_IsNeverLess()
    {
        var number = Gen.Choose(0, 50).Select(value => value / 10.0);
        var cases =
            from past in number.NonEmptyListOf()
            from value in number
            from more in number
            select (past.ToArray(), value, more);
        Prop.ForAll(
                cases.ToArbitrary(),
                one =>
                {
                    var (past, value, more) = one;
                    var larger = Surprise(value + more, past);
                    return larger >= Surprise(value, past) && larger is >= 0 and <= PlaceboTest.SurpriseMax;
                }
            )
            .QuickCheckThrowOnFailure();
    }

    private static double Surprise(double value, double[] past)
    {
        var weights = new double[past.Length];
        weights.AsSpan().Fill(1);
        return PlaceboTest.Surprise(value, [.. past], weights);
    }
}
