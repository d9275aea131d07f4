using CanaryStreams.Core.Anomaly;
using MathNet.Numerics.IntegralTransforms;
using Complex = System.Numerics.Complex;

namespace CanaryStreams.Core.Tests.Anomaly;

public class SpectralResidualTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(1024)]
    public void Saliency_RandomWindow_EqualsThePaperWrittenOut(int length)
    {
        var window = Window(length - SpectralResidual.ExtrapolatedPoints, seed: length);
        var saliency = new double[length];

        SpectralResidual.Saliency(window, saliency);

        var expected = SlowSaliency(window);
        for (var i = 0; i < length; i++)
            saliency[i].ShouldBe(expected[i], 1e-9);
    }

    [Fact]
    public void Score_SpikeAtTheEnd_IsFarAboveThatOfTheWindowWithoutIt()
    {
        var window = Window(59, seed: 1);
        var calm = SpectralResidual.Score(window);
        window[^1] += 50;

        SpectralResidual.Score(window).ShouldBeGreaterThan(calm + 2);
    }

    [Fact]
    public void Score_ScaledWindow_DoesNotChange()
    {
        var window = Window(59, seed: 2);
        var scaled = Array.ConvertAll(window, x => x * 1e9);

        SpectralResidual.Score(scaled).ShouldBe(SpectralResidual.Score(window), 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(42)]
    [InlineData(1e300)]
    [InlineData(-1e-300)]
    public void Score_ConstantWindow_IsZeroAndFinite(double value)
    {
        var window = new double[59];
        window.AsSpan().Fill(value);

        SpectralResidual.Score(window).ShouldBe(0, 1e-6);
    }

    [Fact]
    public void Extrapolate_Line_GoesOnAsTheLineWouldWithoutItsLastPoint()
    {
        double[] window = [0, 1, 2, 3, 4, 5, 6, 7, 1000];

        SpectralResidual.Extrapolate(window).ShouldBe(8, 1e-12);
    }

    [Fact]
    public void InverseSixthRoots_WideRange_EqualsPow()
    {
        var values = Enumerable.Range(-120, 243).Select(e => 1.37 * Math.Pow(10, e)).ToArray();
        var roots = (double[])values.Clone();

        SpectralResidual.InverseSixthRoots(roots);

        for (var i = 0; i < values.Length; i++)
            (roots[i] / Math.Pow(values[i], -1.0 / 6)).ShouldBe(1, 1e-12);
    }

    private static double[] Window(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(i => 20 + (5 * Math.Sin(i / 7.0)) + random.NextDouble())];
    }

    private static double[] SlowSaliency(double[] window)
    {
        var estimate = SpectralResidual.Extrapolate(window);
        var largest = window.Max(Math.Abs);
        var scale = Math.ScaleB(1, -Math.ILogB(largest));
        var spectrum = window
            .Concat(Enumerable.Repeat(estimate, SpectralResidual.ExtrapolatedPoints))
            .Select(x => new Complex(x * scale, 0))
            .ToArray();
        Fourier.Forward(spectrum, FourierOptions.AsymmetricScaling);
        var bins = (spectrum.Length / 2) + 1;
        var logs = spectrum.Take(bins).Select(x => Math.Log(x.Magnitude)).ToArray();
        var residual = new Complex[spectrum.Length];
        for (var k = 0; k < bins; k++)
        {
            var average = (logs[Math.Max(k - 1, 0)] + logs[k] + logs[Math.Min(k + 1, bins - 1)]) / 3;
            residual[k] = Complex.FromPolarCoordinates(Math.Exp(logs[k] - average), spectrum[k].Phase);
            if (k > 0 && k < bins - 1)
                residual[^k] = Complex.Conjugate(residual[k]);
        }
        Fourier.Inverse(residual, FourierOptions.AsymmetricScaling);
        return Array.ConvertAll(residual, x => x.Magnitude);
    }
}
