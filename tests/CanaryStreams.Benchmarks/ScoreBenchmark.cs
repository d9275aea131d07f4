using BenchmarkDotNet.Attributes;
using CanaryStreams.Core.Anomaly;
using CanaryStreams.Core.Anomaly.Detection;

namespace CanaryStreams.Benchmarks;

/// <summary>
/// One point of a series of minutes: by the detector as it begins and as it is under a rollout and in
/// <c>canarystreams score</c>, and by the light scorer of changes.
/// </summary>
[MemoryDiagnoser]
public class ScoreBenchmark
{
    private readonly double[] _values = new double[10_080];
    private readonly SeriesScorer _live = new(ScorerSettings.Live);
    private readonly SeriesDetector _full = new(new DetectorSettings(DetectorModels.Default));
    private readonly SeriesDetector _compact = new(
        new DetectorSettings(DetectorModels.Default) { GrowAfterPoints = int.MaxValue }
    );
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
            Compact();
        }
    }

    [Benchmark]
    public double Live() => Next(_live);

    [Benchmark]
    public double Full() => Next(_full);

    [Benchmark]
    public double Compact() => Next(_compact);

    private double Next(IPointScorer scorer)
    {
        _point++;
        return scorer.Score(1_767_600_000_000 + _point * 60_000L, _values[_point % _values.Length]).Score;
    }
}
