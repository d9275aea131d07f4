using CanaryStreams.Core.Baselines;

namespace CanaryStreams.Core.Tests.Baselines;

public class CycleShapeTests
{
    private const long SlotMs = 1000;

    [Fact]
    public void At_NothingLearnt_IsUnknown() => Shape().At(12_345).ShouldBe(double.NaN);

    [Theory]
    [InlineData(0)]
    [InlineData(-80_000)]
    [InlineData(8_000_000_000_000)]
    public void At_NextCycleAndThousandthAfter_IsTheValueOfThatPhase(long start)
    {
        var shape = Learnt(start, cycles: 3, slot => 10 * slot);

        shape.At(start + (5 * SlotMs) + 500 + (8000 * 1000)).ShouldBe(50, 1e-3);
        shape.At(start + (6 * SlotMs) + (8000 * 1000)).ShouldBe(55, 1e-3);
    }

    [Fact]
    public void At_EdgeBetweenFlatSlots_IsNoSlope()
    {
        var shape = Learnt(0, cycles: 3, slot => slot < 4 ? 100 : 0);

        shape.At((8 * SlotMs) + (4 * SlotMs) - 1).ShouldBe(100);
        shape.At((8 * SlotMs) + (4 * SlotMs)).ShouldBe(0);
    }

    [Fact]
    public void Learn_OneBadCycle_MovesASlotByAtMostFourDeviationsTimesTheGain()
    {
        var shape = Learnt(0, cycles: 10, slot => 10 * slot);
        for (var slot = 0; slot < 9; slot++)
            shape.Learn((80 + slot) * SlotMs, 1e6, 1, deviation: 1);

        shape.At((88 * SlotMs) + (3 * SlotMs) + 500).ShouldBe(30 + (4 * 0.2), 0.2);
    }

    [Fact]
    public void Begin_ShapeOfSomethingElse_ForgetsIt()
    {
        var shape = Learnt(0, cycles: 3, slot => slot);
        shape.Begin(4, 2 * SlotMs, 0.2, isSmooth: false);

        shape.PeriodMs.ShouldBe(8 * SlotMs);
        shape.At(0).ShouldBe(double.NaN);
    }

    private static CycleShape Shape() => new CycleShape(8).Begin(8, SlotMs, 0.2, isSmooth: true);

    private static CycleShape Learnt(long start, int cycles, Func<int, double> value)
    {
        var shape = Shape();
        for (var i = 0; i <= 8 * cycles; i++)
            shape.Learn(start + (i * SlotMs), value(i % 8), 1, deviation: 1);
        return shape;
    }
}
