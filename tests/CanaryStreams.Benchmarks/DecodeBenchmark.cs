using BenchmarkDotNet.Attributes;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Core.Telemetry.Decoding;

namespace CanaryStreams.Benchmarks;

/// <summary>One JSON record of a series that the lane knows already: no garbage is expected.</summary>
[MemoryDiagnoser]
public class DecodeBenchmark
{
    private const long NowMs = 1_767_600_000_000;

    private readonly List<Measurement> _measurements = [];
    private readonly List<Reject> _rejects = [];
    private readonly MeasurementDecoder _decoder = new(new SeriesTable(), DecodingLimits.Default);

    private readonly RawRecord _record = new(
        Topics.Telemetry,
        0,
        1,
        NowMs,
        default,
        """{"time":"2026-01-05T08:00:00.250Z","app":"checkout","cluster":"eu-1","version":"2.4.1","track":"canary","metric":"latency_ms","value":123.4,"count":17}"""u8.ToArray(),
        null
    );

    [Benchmark]
    public int Record()
    {
        _measurements.Clear();
        _decoder.Decode(_record, NowMs, _measurements, _rejects);
        return _measurements.Count;
    }
}
