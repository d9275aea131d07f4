using CanaryStreams.Core.Anomaly;

namespace CanaryStreams.Core.Tests.Anomaly;

public class UnitCircleTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(1024)]
    [InlineData(1 << 18)]
    public void At_EveryStepAndBeyond_EqualsSineAndCosine(int steps)
    {
        for (var step = -steps; step <= 2 * steps; step += Math.Max(1, steps / 1024))
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * step / steps);
            var point = UnitCircle.At(step, steps);
            point.Cos.ShouldBe(cos, 2e-15);
            point.Sin.ShouldBe(sin, 2e-15);
        }
    }

    [Fact]
    public void At_Axes_IsExact()
    {
        UnitCircle.At(0, 64).ShouldBe((1, 0));
        UnitCircle.At(16, 64).ShouldBe((0, 1));
        UnitCircle.At(32, 64).ShouldBe((-1, 0));
        UnitCircle.At(48, 64).ShouldBe((0, -1));
    }
}
