using CanaryStreams.Cli.Explain;

namespace CanaryStreams.Engine.Tests.Explain;

public class BlocksTests
{
    [Fact]
    public void Sparkline_TheFullBlockIsForWhatReachesTheTop() =>
        Blocks.Sparkline([double.NaN, -3, 0, 3.5, 6.99, 7, 70], full: 7).ShouldBe(" ▁▁▄▇██");

    [Theory]
    [InlineData(-1, "░░░░")]
    [InlineData(0.5, "██░░")]
    [InlineData(0.99, "███░")]
    [InlineData(1, "████")]
    [InlineData(2, "████")]
    public void Bar_OnlyTheWholeFillsIt(double part, string expected) => Blocks.Bar(part, 4).ShouldBe(expected);
}
