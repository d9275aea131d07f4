using CanaryStreams.Core.Anomaly;
using MathNet.Numerics.IntegralTransforms;
using Complex = System.Numerics.Complex;

namespace CanaryStreams.Core.Tests.Anomaly;

public class RealFftTests
{
    public static TheoryData<int> Lengths => [4, 8, 16, 32, 64, 256, 1024, 2048, 4096];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Forward_RandomSamples_EqualsReference(int length)
    {
        var samples = Samples(length);
        var reference = samples.Select(x => new Complex(x, 0)).ToArray();
        Fourier.Forward(reference, FourierOptions.AsymmetricScaling);
        var fft = RealFft.ForLength(length);
        var (re, im) = (new double[fft.Bins], new double[fft.Bins]);

        fft.Forward(samples, re, im);

        for (var k = 0; k < fft.Bins; k++)
        {
            re[k].ShouldBe(reference[k].Real, 1e-9);
            im[k].ShouldBe(reference[k].Imaginary, 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Inverse_OfForward_GivesTheSamplesBack(int length)
    {
        var samples = Samples(length);
        var fft = RealFft.ForLength(length);
        var (re, im, back) = (new double[fft.Bins], new double[fft.Bins], new double[length]);

        fft.Forward(samples, re, im);
        fft.Inverse(re, im, back);

        for (var i = 0; i < length; i++)
            back[i].ShouldBe(samples[i], 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(48)]
    [InlineData(131072)]
    public void ForLength_NotAPowerOfTwoInRange_Throws(int length) =>
        Should.Throw<ArgumentOutOfRangeException>(() => RealFft.ForLength(length));

    [Fact]
    public void ForLength_SameLength_SharesThePlan() => RealFft.ForLength(128).ShouldBeSameAs(RealFft.ForLength(128));

    private static double[] Samples(int length)
    {
        var random = new Random(length);
        return [.. Enumerable.Range(0, length).Select(i => random.NextDouble() - 0.5 + Math.Sin(i / 3.0))];
    }
}
