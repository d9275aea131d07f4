using CanaryStreams.Core.Anomaly;

namespace CanaryStreams.Core.Tests.Anomaly;

public class SlidingSpectrumTests
{
    public static TheoryData<int> Lengths => [16, 32, 64, 128, 256, 1024, 2048, 4096];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Observe_SeasonalNoise_AgreesWithTheSlowForm(int length) =>
        Worst(length, Seasonal(12_000)).ShouldBeLessThan(1e-3);

    // Steps between whole numbers lose no digit, so that only the arithmetic differs.
    [Theory]
    [MemberData(nameof(Lengths))]
    public void Observe_WholeNumbers_EqualsTheSlowForm(int length)
    {
        var random = new Random(length);
        var values = Series(12_000, i => (i / 3000 * 1e6) + random.Next(-100, 101));

        Worst(length, values).ShouldBeLessThan(1e-7);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(1024)]
    public void Saliency_EqualsTheSlowForm(int length)
    {
        var values = Seasonal(3000);
        var sliding = new SlidingSpectrum(length);
        var saliency = new double[length];
        for (var i = 0; i < values.Length; i++)
        {
            sliding.Observe(values[i]);
            if (i < length || i % 10 != 0)
                continue;
            var window = values.AsSpan(i + 6 - length, length - SpectralResidual.ExtrapolatedPoints);
            SpectralResidual.Saliency(window, saliency);
            var expected = saliency.AsSpan(window.Length - 32, 32);
            sliding.Saliency.Length.ShouldBe(32);
            for (var j = 0; j < 32; j++)
                ((double)sliding.Saliency[j]).ShouldBe(expected[j], 1e-5);
        }
    }

    [Fact]
    public void Saliency_YoungSeries_IsThatOfTheWindowThereIs()
    {
        var sliding = new SlidingSpectrum(64);
        var lengths = new List<int>();
        foreach (var value in Seasonal(100))
        {
            sliding.Observe(value);
            lengths.Add(sliding.Saliency.Length);
        }
        lengths.ShouldBe([
            .. Enumerable
                .Range(1, 100)
                .Select(n =>
                    n < 11 ? 0
                    : n < 27 ? 11
                    : n < 59 ? 27
                    : 32
                ),
        ]);
    }

    /// <summary>A young spectrum that has seen the window alone has transformed it from scratch.</summary>
    [Theory]
    [InlineData("offset", 1e-9)]
    [InlineData("counter", 1e-9)]
    [InlineData("sparse", 1e-8)]
    [InlineData("spikes", 1e-8)]
    [InlineData("levels", 1e-7)]
    public void Observe_HundredThousandPoints_DoesNotDrift(string name, double tolerance)
    {
        const int length = 256;
        const int window = length - SpectralResidual.ExtrapolatedPoints;
        var values = Long(name, 100_000);
        var sliding = new SlidingSpectrum(length);
        var worst = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            var score = sliding.Observe(values[i]);
            // Two steps that no length of a window divides, so that every age of the running spectrum comes up.
            if (i < window || (i % 97 != 0 && i % 101 != 0))
                continue;
            var fresh = new SlidingSpectrum(length);
            var expected = 0.0;
            foreach (var value in values.AsSpan(i + 1 - window, window))
                expected = fresh.Observe(value);
            worst = Math.Max(worst, Math.Abs(score - expected) / Math.Max(1, Math.Abs(expected)));
        }
        worst.ShouldBeLessThan(tolerance);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(1024)]
    public void Observe_ConstantAgainAfterAHugeSpike_ScoresZero(int length)
    {
        var sliding = new SlidingSpectrum(length);
        for (var i = 0; i < 10 * length; i++)
        {
            var score = sliding.Observe(i == (3 * length) + 7 ? 1e15 : 42);
            // Before, and when the spike and the point behind it, which single precision can't step down to, have left.
            if (i < 3 * length || i > (4 * length) + 7)
                score.ShouldBe(0, 1e-12);
        }
    }

    [Theory]
    [InlineData(64, 1e6)]
    [InlineData(1024, 1e6)]
    [InlineData(64, 1e12)]
    [InlineData(1024, 1e12)]
    public void Observe_AfterAHugeSpikeHasLeft_ScoresAsIfItHadNeverBeen(int length, double spike)
    {
        var values = Seasonal(6 * length);
        var (with, without) = (new SlidingSpectrum(length), new SlidingSpectrum(length));
        for (var i = 0; i < values.Length; i++)
        {
            var score = with.Observe(i == 2 * length ? spike : values[i]);
            var expected = without.Observe(values[i]);
            if (i > 3 * length)
                score.ShouldBe(expected, 1e-3 * Math.Max(1, Math.Abs(expected)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(42)]
    [InlineData(1e-300)]
    [InlineData(-1e300)]
    public void Observe_ConstantSeries_ScoresZeroAndSeesAChange(double value)
    {
        var (low, high) = (new SlidingSpectrum(64), new SlidingSpectrum(1024));
        for (var i = 0; i < 4000; i++)
        {
            low.Observe(value).ShouldBe(0, 1e-12);
            high.Observe(value).ShouldBe(0, 1e-12);
        }
    }

    [Theory]
    [InlineData(64)]
    [InlineData(1024)]
    public void Observe_ExtremeValues_StaysFinite(int length)
    {
        var random = new Random(length);
        var sliding = new SlidingSpectrum(length);
        for (var i = 0; i < 5000; i++)
        {
            var value = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-300, 300));
            var score = sliding.Observe(i % 1500 < 750 ? value : 0);
            (double.IsFinite(score) && score >= -1).ShouldBeTrue();
            foreach (var saliency in sliding.Saliency)
                float.IsFinite(saliency).ShouldBeTrue();
        }
    }

    // Computed with vectors of two, four and eight doubles and without any; the input is plain arithmetic too.
    [Theory]
    [InlineData(64, 10492321369296257199UL)]
    [InlineData(1024, 17340829100288754431UL)]
    public void Observe_AnyMachine_GivesTheSameBits(int length, ulong expected)
    {
        var random = new Random(3);
        var sliding = new SlidingSpectrum(length);
        var bits = 0UL;
        for (var i = 0; i < 5000; i++)
        {
            var score = sliding.Observe(100 + (i % 60 * 0.3) + random.NextDouble() + (i == 4000 ? 1e12 : 0));
            bits = (bits * 0x9E3779B97F4A7C15) ^ BitConverter.DoubleToUInt64Bits(score);
            foreach (var saliency in sliding.Saliency)
                bits = (bits * 0x9E3779B97F4A7C15) ^ BitConverter.SingleToUInt32Bits(saliency);
        }
        bits.ShouldBe(expected);
    }

    [Fact]
    public void Clone_ScoresLikeTheOriginalAndOnItsOwn()
    {
        var values = Seasonal(4000);
        var (original, untouched) = (new SlidingSpectrum(1024), new SlidingSpectrum(1024));
        foreach (var value in values)
        {
            original.Observe(value);
            untouched.Observe(value);
        }

        var clone = original.Clone();
        clone.Observe(1e9);

        original.Observe(100).ShouldBe(untouched.Observe(100));
        original.Saliency.ToArray().ShouldBe(untouched.Saliency.ToArray());
        original.Clone().Observe(101).ShouldBe(untouched.Observe(101));
    }

    [Theory]
    [InlineData(64, 20, 420)]
    [InlineData(64, 3000, 600)]
    [InlineData(1024, 20, 420)]
    [InlineData(1024, 100, 800)]
    [InlineData(1024, 3000, 13 * 1024)]
    public void StateBytes_IsWhatACopyTakesAndWithinItsLimit(int length, int points, int limit)
    {
        var sliding = new SlidingSpectrum(length);
        foreach (var value in Seasonal(points))
            sliding.Observe(value);
        sliding.Clone();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var clone = sliding.Clone();

        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        bytes.ShouldBe(sliding.StateBytes);
        bytes.ShouldBeLessThanOrEqualTo(limit);
        GC.KeepAlive(clone);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(1024)]
    public void Observe_GrownSeries_AllocatesNothing(int length)
    {
        var values = Seasonal(13_000);
        var sliding = new SlidingSpectrum(length);
        foreach (var value in values.AsSpan(0, 3000))
            sliding.Observe(value);
        var before = GC.GetAllocatedBytesForCurrentThread();

        foreach (var value in values.AsSpan(3000))
            sliding.Observe(value);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(48)]
    [InlineData(8192)]
    public void Constructor_NotAPowerOfTwoInRange_Throws(int length) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new SlidingSpectrum(length));

    /// <summary>The largest difference from the slow form's scores, relative to the larger of the score and 1.</summary>
    private static double Worst(int length, double[] values)
    {
        var sliding = new SlidingSpectrum(length);
        var window = length - SpectralResidual.ExtrapolatedPoints;
        var worst = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            var score = sliding.Observe(values[i]);
            if (i + 1 < window || (length > 64 && i % 7 != 0))
                continue;
            var expected = SpectralResidual.Score(values.AsSpan(i + 1 - window, window));
            worst = Math.Max(worst, Math.Abs(score - expected) / Math.Max(1, Math.Abs(expected)));
        }
        return worst;
    }

    private static double[] Seasonal(int count)
    {
        var random = new Random(1);
        return Series(count, i => 100 + (20 * Math.Sin(2 * Math.PI * i / 1440)) + random.NextDouble());
    }

    // Multiples of 1/16, so that a window means the same whichever step it was reached by.
    private static double[] Long(string name, int count)
    {
        var random = new Random(2);
        return Series(
            count,
            i =>
                name switch
                {
                    "offset" => 1e9 + (random.Next(-16, 17) / 16.0),
                    "levels" => (i / 700 % 3 * 1e6) + (random.Next(-16, 17) / 16.0),
                    "spikes" => (i % 1000 == 0 ? 1 << 23 : 0) + random.Next(-16, 17),
                    "sparse" => random.Next(200) == 0 ? random.Next(1, 5) : 0,
                    _ => 1e12 + (1000.0 * i) + random.Next(-100, 101),
                }
        );
    }

    private static double[] Series(int count, Func<int, double> at) => [.. Enumerable.Range(0, count).Select(at)];
}
