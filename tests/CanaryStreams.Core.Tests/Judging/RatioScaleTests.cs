using CanaryStreams.Core.Judging;

namespace CanaryStreams.Core.Tests.Judging;

public class RatioScaleTests
{
    [Fact]
    public void Apply_EqualRatios_AreEquallyFarApart()
    {
        var scaled = RatioScale.Apply([1, 1, 1, 1000, 2000, 4000], 6)!;

        (scaled[4] - scaled[3]).ShouldBe(Math.Log(2), 1e-3);
        (scaled[5] - scaled[4]).ShouldBe(Math.Log(2), 1e-3);
    }

    [Fact]
    public void Apply_OrderAndMissingValues_AreKept()
    {
        var scaled = RatioScale.Apply([5, 0, double.NaN, 9, 1], 5)!;

        scaled[1].ShouldBe(0);
        scaled[2].ShouldBe(double.NaN);
        scaled[1].ShouldBeLessThan(scaled[4]);
        scaled[4].ShouldBeLessThan(scaled[0]);
        scaled[0].ShouldBeLessThan(scaled[3]);
    }

    [Fact]
    public void Apply_ValuesBehindTheKnownOnes_DontMoveTheScale()
    {
        var one = RatioScale.Apply([4, 5, 6, 7, 8], 3)!;
        var other = RatioScale.Apply([4, 5, 6, -1e9, 0], 3)!;

        other[..3].ShouldBe(one[..3]);
    }

    [Theory]
    [InlineData(1.0, -1.0)]
    [InlineData(0.0, 0.0)]
    [InlineData(double.NaN, double.NaN)]
    public void Apply_NoRatios_IsNull(double first, double second) =>
        RatioScale.Apply([first, second], 2).ShouldBeNull();

    [Fact]
    public void Apply_MostlyZeros_TakesItsUnitFromTheMean()
    {
        var scaled = RatioScale.Apply([0, 0, 0, 0, 0, 0, 0, 0, 0, 10], 10)!;

        scaled[9].ShouldBe(Math.Asinh(100), 1e-12);
    }

    [Fact]
    public void Apply_ValuesOfAnySize_AreFinite() =>
        double.IsFinite(RatioScale.Apply([1e-300, 1e-300, 1e150], 2)![2]).ShouldBeTrue();
}
