using CanaryStreams.Core.Baselines;

namespace CanaryStreams.Core.Tests.Baselines;

public class BandPartsTests
{
    private const long HourMs = 3_600_000;

    private readonly Random _random = new(1);

    [Fact]
    public void ErrorSizes_UniformErrors_GiveTheirQuantilesOnBothSides()
    {
        var sizes = new ErrorSizes();
        for (var i = 0; i < 5000; i++)
            sizes.Add((6 * _random.NextDouble()) - 2);

        foreach (var share in new[] { 0.01, 0.1, 0.3, 0.6, 0.9, 0.99 })
            sizes.Quantile(share).ShouldBe((6 * share) - 2, 0.25);
    }

    [Fact]
    public void ErrorSizes_VeryManyAndHuge_StayFinite()
    {
        var sizes = new ErrorSizes();
        for (var i = 0; i < 500_000; i++)
            sizes.Add(i % 2 == 0 ? 1e9 : -0.01);

        sizes.Count.ShouldBe(5000, 50);
        sizes.Quantile(0.995).ShouldBeInRange(100, 1000);
        sizes.Quantile(0.005).ShouldBe(0, 0.25);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void GuardBand_AnyDistribution_MissesOnePercent(bool isSkewed)
    {
        var guard = new GuardBand();
        var misses = 0;
        for (var i = 0; i < 60_000; i++)
        {
            var size = -3 * Math.Log(1 - _random.NextDouble());
            var isMiss = guard.Learn(isSkewed || _random.Next(2) == 0 ? size : -size);
            misses += isMiss && i >= 10_000 ? 1 : 0;
        }

        (misses / 50_000.0).ShouldBe(isSkewed ? 0.005 : 0.01, 0.002);
    }

    [Theory]
    [InlineData(10, 1, true)]
    [InlineData(1, 1, false)]
    public void HourSpread_NoiseByHour_IsToldApartWhereThereIsAny(double byDay, double byNight, bool isUsed)
    {
        var spread = new HourSpread();
        for (var minute = 0; minute < 8 * 1440; minute++)
        {
            var isDay = minute / 60 % 24 >= 12;
            spread.Learn(minute * 60_000, (isDay ? byDay : byNight) * -Math.Log(1 - _random.NextDouble()), 60_000);
        }

        spread.IsUsed.ShouldBe(isUsed);
        (spread.At(17 * HourMs) / spread.At(5 * HourMs)).ShouldBe(byDay / byNight, 0.3 * byDay / byNight);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.8, 0.8)]
    [InlineData(1, 0.95)]
    public void CarryOver_Autoregression_FindsWhatIsLeft(double kept, double decay)
    {
        var carry = new CarryOver();
        var state = 0.0;
        for (var i = 0; i < 5000; i++)
        {
            state = Math.Clamp((kept * state) + _random.NextDouble() - 0.5, -4, 4);
            carry.Learn(state);
        }

        carry.Decay.ShouldBe(decay, 0.1);
        carry.Next.ShouldBe(kept * state, 0.35);
    }

    [Fact]
    public void Misses_OneFarMiss_IsNoDeviationYet()
    {
        var misses = new Misses();
        for (var i = 1; i < 500; i++)
            misses.Learn(i == 250, i == 250 ? 1e9 : 0, i);
        misses.Deviation.ShouldBe(0);

        for (var i = 500; i < 3000; i++)
            misses.Learn(i % 10 == 0, i % 10 == 0 ? 100 : 0, i);
        misses.Deviation.ShouldBe(10, 2);
    }
}
