using CanaryStreams.Core.Baselines;

namespace CanaryStreams.Core.Tests.Baselines;

public class PeriodSearchTests
{
    private const long MinuteMs = 60_000;

    [Theory]
    [InlineData(12, 1, 12)]
    [InlineData(60, 1, 60)]
    [InlineData(90, 2, 90)]
    [InlineData(97, 1, 97)]
    [InlineData(98, 2, 98)]
    [InlineData(360, 8, 360)]
    public void Find_CycleOfSoManyMinutes_NamesIt(int period, int cellMinutes, int expected)
    {
        var cells = Cells(i => 40 * Math.Sign(Math.Sin(2 * Math.PI * (i + 0.5) * cellMinutes / period)));

        PeriodSearch.Find(cells, cellMinutes * MinuteMs, MinuteMs).ShouldBe(expected * MinuteMs);
    }

    [Fact]
    public void Find_CycleOnASlopeWithAThirdMissing_NamesIt()
    {
        var random = new Random(1);
        var cells = Cells(i => (40 * Math.Sin(2 * Math.PI * i / 30)) + (i / 4.0) - 32);
        for (var i = 0; i < cells.Length; i++)
            cells[i] = random.Next(3) == 0 ? sbyte.MinValue : cells[i];

        PeriodSearch.Find(cells, MinuteMs, MinuteMs).ShouldBe(30 * MinuteMs, MinuteMs);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Find_ConstantOrUnknown_NamesNone(int value)
    {
        PeriodSearch.Find(Cells(_ => value), MinuteMs, MinuteMs).ShouldBe(0);
        PeriodSearch.Find(Cells(_ => sbyte.MinValue), MinuteMs, MinuteMs).ShouldBe(0);
    }

    [Fact]
    public void Find_NoiseSmoothedOrNot_NamesFew()
    {
        var named = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var state = 0.0;
            var kept = seed % 2 * 0.8;
            var cells = Cells(_ => state = (kept * state) + (20 * (random.NextDouble() - 0.5)));
            named += PeriodSearch.Find(cells, MinuteMs, MinuteMs) > 0 ? 1 : 0;
        }

        named.ShouldBeLessThan(25);
    }

    /// <summary>Peaks at every other lag led the search for multiples ever further down, out of the correlations.</summary>
    [Fact]
    public void Find_AlternatingSeriesThatFades_StaysInside()
    {
        var cells = Cells(i => (i % 2 == 0 ? 60 : -20) * Math.Exp(-i / 100.0));

        PeriodSearch.Find(cells, MinuteMs, MinuteMs).ShouldBeInRange(0, 20 * MinuteMs);
    }

    private static sbyte[] Cells(Func<int, double> value) =>
        [.. Enumerable.Range(0, 256).Select(i => (sbyte)Math.Clamp(Math.Round(value(i)), -128, 127))];
}
