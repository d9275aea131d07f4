using BenchmarkDotNet.Attributes;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Benchmarks;

/// <summary>Per measurement: ten seconds of a lane of 100 applications in one batch, buckets closing by watermark.</summary>
[MemoryDiagnoser]
public class BucketBenchmark
{
    private const int SeriesCount = 1000;
    private const long StepMs = 10_000;

    private readonly SeriesTable _series = new();
    private readonly List<DecodedItem> _items = new(SeriesCount);
    private BucketStage _stage = null!;
    private long _nowMs = 1_767_600_000_000;

    [GlobalSetup]
    public void Setup()
    {
        _stage = new BucketStage(StreamSettings.Default, _series);
        for (var i = 0; i < SeriesCount; i++)
            _series.Intern(
                new SeriesKey(
                    $"app-{i % 100}",
                    $"cluster-{i / 100 % 5}",
                    "1.0",
                    Track.Stable,
                    null,
                    $"metric-{i / 500}"
                )
            );
    }

    [Benchmark(OperationsPerInvoke = SeriesCount)]
    public int Measurement()
    {
        _nowMs += StepMs;
        _items.Clear();
        for (var i = 0; i < SeriesCount; i++)
            _items.Add(new DecodedItem(0, new Measurement(i, _nowMs, i, 1)));
        var input = new LaneInput([], _nowMs, ClockCloses: false);
        return _stage.Process(new LaneBatch<DecodedItem>(_items, [], input)).Items.Count;
    }
}
