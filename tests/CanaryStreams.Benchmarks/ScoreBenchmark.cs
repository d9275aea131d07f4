using BenchmarkDotNet.Attributes;
using CanaryStreams.Core.Anomaly;

namespace CanaryStreams.Benchmarks;

/// <summary>One point of a series of minutes, as the lanes and as <c>canarystreams score</c> score it.</summary>
[MemoryDiagnoser]
public class ScoreBenchmark
{
    private readonly double[] _values = new double[10_080];
    private readonly SeriesScorer _live = new(ScorerSettings.Live);
    private readonly SeriesScorer _full = new(ScorerSettings.Full);
    private int _point;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (var i = 0; i < _values.Length; i++)
            _values[i] = 100 + 20 * Math.Sin(2 * Math.PI * i / 1440) + random.NextDouble();
        foreach (var _ in _values)
        {
            Live();
            Full();
        }
    }

    [Benchmark]
    public double Live() => Next(_live);

    [Benchmark]
    public double Full() => Next(_full);

    private double Next(SeriesScorer scorer)
    {
        _point++;
        return scorer.Score(1_767_600_000_000 + _point * 60_000L, _values[_point % _values.Length]).Score;
    }
}
