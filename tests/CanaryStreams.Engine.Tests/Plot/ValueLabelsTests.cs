using CanaryStreams.Cli.Plot;

namespace CanaryStreams.Engine.Tests.Plot;

public class ValueLabelsTests
{
    [Theory]
    [InlineData(1, 0.2, 0.4, "0.4")]
    [InlineData(1, 0.2, 0, "0")]
    [InlineData(1, 0.2, -1e-17, "0")]
    [InlineData(9000, 2000, 4000, "4000")]
    [InlineData(52_000, 10_000, 20_000, "20k")]
    [InlineData(52_000, 10_000, -20_000, "-20k")]
    [InlineData(1.3e6, 2e5, 4e5, "0.4M")]
    [InlineData(1_000_000_012, 5, 1_000_000_005, "1000000005")]
    [InlineData(4e-7, 1e-7, 3e-7, "3e-7")]
    [InlineData(1e20, 2e19, 4e19, "4e19")]
    public void Text_OfAnAxis_IsInItsUnit(double largest, double step, double value, string expected) =>
        ValueLabels.For(largest, step).Text(value).ShouldBe(expected);

    [Theory]
    [InlineData(0, "0")]
    [InlineData(8107, "8107")]
    [InlineData(-13_479, "-13.48k")]
    [InlineData(1e7, "10M")]
    [InlineData(0.000012, "1.2e-5")]
    public void Compact_Number_HasFourDigits(double value, string expected) =>
        ValueLabels.Compact(value).ShouldBe(expected);
}
