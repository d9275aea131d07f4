using CanaryStreams.Cli.Plot;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Engine.Tests.Plot;

public class NiceTicksTests
{
    [Theory]
    [InlineData(0, 1, 5, new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [InlineData(-3, 12, 8, new double[] { -2, 0, 2, 4, 6, 8, 10, 12 })]
    [InlineData(3, 97, 5, new double[] { 20, 40, 60, 80 })]
    [InlineData(0.1, 0.4, 3, new[] { 0.1, 0.2, 0.3, 0.4 })]
    [InlineData(1e9, 1e9 + 10, 5, new double[] { 1e9, 1e9 + 2, 1e9 + 4, 1e9 + 6, 1e9 + 8, 1e9 + 10 })]
    public void Between_Interval_GivesRoundTicksWithin(double low, double high, int countMax, double[] expected)
    {
        var ticks = NiceTicks.Between(low, high, countMax).Values;

        ticks.Count.ShouldBe(expected.Length);
        for (var i = 0; i < expected.Length; i++)
            ticks[i].ShouldBe(expected[i], 1e-9);
    }

    [Theory]
    [InlineData(1e-300, 2e-300)]
    [InlineData(-1e150, 1e150)]
    [InlineData(1e15, 1e15 + 1)]
    public void Between_ExtremeIntervals_GivesSomeTicks(double low, double high) =>
        NiceTicks.Between(low, high, 7).Values.Count.ShouldBeInRange(2, 8);

    [Fact]
    public void Between_AnyInterval_HasAStepOf1Or2Or5() =>
        Prop.ForAll<int, ushort, byte>((low, size, count) => HasNiceTicks(low, low + size + 1.0, (count % 12) + 2))
            .QuickCheckThrowOnFailure();

    private static void HasNiceTicks(double low, double high, int countMax)
    {
        var ticks = NiceTicks.Between(low, high, countMax);

        var mantissa = ticks.Step / Math.Pow(10, Math.Floor(Math.Log10(ticks.Step) + 1e-9));
        new[] { 1, 2, 5 }.ShouldContain((int)Math.Round(mantissa));
        ticks.Values.Count.ShouldBeInRange(0, countMax + 1);
        ticks.Values.ShouldAllBe(tick => tick >= low - (1e-6 * ticks.Step) && tick <= high + (1e-6 * ticks.Step));
    }
}
