using BenchmarkDotNet.Attributes;
using CanaryStreams.Core.Anomaly;

namespace CanaryStreams.Benchmarks;

/// <summary>The spectral residual of one point of a series of minutes: of its whole window, and as the window slides.</summary>
[MemoryDiagnoser]
public class SpectralBenchmark
{
    private readonly double[] _values = new double[10_080];
    private SlidingSpectrum _spectrum = null!;
    private int _point;

    [Params(64, 1024)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (var i = 0; i < _values.Length; i++)
            _values[i] = 100 + 20 * Math.Sin(2 * Math.PI * i / 1440) + random.NextDouble();
        _spectrum = new SlidingSpectrum(Length);
        foreach (var value in _values)
            _spectrum.Observe(value);
    }

    [Benchmark(Baseline = true)]
    public double FromScratch()
    {
        _point = (_point + 1) % (_values.Length - Length);
        return SpectralResidual.Score(_values.AsSpan(_point, Length - SpectralResidual.ExtrapolatedPoints));
    }

    [Benchmark]
    public double Sliding()
    {
        _point = (_point + 1) % _values.Length;
        return _spectrum.Observe(_values[_point]);
    }
}
