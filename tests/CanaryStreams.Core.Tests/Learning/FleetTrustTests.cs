using CanaryStreams.Core.Learning;

namespace CanaryStreams.Core.Tests.Learning;

public class FleetTrustTests
{
    [Theory]
    [InlineData(0.5, new double[0])]
    [InlineData(0.5, new[] { 0.9 })]
    [InlineData(0.25, new[] { 0.9, 0.2 })]
    [InlineData(0.5, new[] { 0.9, 0.05, 0.0 })]
    [InlineData(0.5, new[] { 0.9, 0.1, 0.1 })]
    [InlineData(0.25, new[] { 0.2, 0.9, 0.0 })]
    [InlineData(0, new[] { 0.3, 0.4, 0.0 })]
    [InlineData(0, new[] { 0.9, 0.9, 0.9, 0.9, 0.0 })]
    public void Of_AfterTenMinutes_TheMedianOfAtLeastThreeDecides(double expected, double[] strangeness) =>
        FleetTrust.Of(strangeness, 10).ShouldBe(expected, 1e-9);

    [Fact]
    public void Of_EarlyMinutes_FullTrust()
    {
        FleetTrust.Of([1, 1, 1], 9.9).ShouldBe(1);
        FleetTrust.Of([1, 1, 1], 10).ShouldBe(0);
    }
}
