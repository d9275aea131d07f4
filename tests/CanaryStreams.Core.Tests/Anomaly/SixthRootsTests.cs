using CanaryStreams.Core.Anomaly;

namespace CanaryStreams.Core.Tests.Anomaly;

public class SixthRootsTests
{
    [Fact]
    public void Invert_WideRange_EqualsPow()
    {
        var values = Enumerable.Range(0, 16 * 500).Select(i => Math.Pow(10, (i / 150.0) - 28)).ToArray();
        var roots = (double[])values.Clone();

        SixthRoots.Invert(roots, 0.25, 1e-30);

        for (var i = 0; i < values.Length; i++)
            (roots[i] / Math.Pow(values[i] * 0.25, -1.0 / 6)).ShouldBe(1, 1e-12);
    }

    [Fact]
    public void Invert_BelowTheFloor_IsTheRootOfTheFloor()
    {
        var roots = new double[16];

        SixthRoots.Invert(roots, 1, 1e-24);

        roots.ShouldAllBe(root => Math.Abs(root - 1e4) < 1e-8);
    }
}
