using BenchmarkDotNet.Attributes;
using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Policies;

namespace CanaryStreams.Benchmarks;

/// <summary>One bucket of a ratio: canary against concurrent stable, on a comparison that has run for an hour.</summary>
[MemoryDiagnoser]
public class EvidenceBenchmark
{
    private static readonly MetricPolicy ErrorRate = Policy.DefaultMetrics[0];

    private IMetricEvidence _evidence = null!;
    private long _endMs = 1_767_600_000_000;

    [GlobalSetup]
    public void Setup()
    {
        var past = Enumerable.Range(0, 240).Select(minute => Bucket(0.002, minute)).ToArray();
        _evidence = MetricEvidenceFactory.Create(ErrorRate, past, budgetShare: 0.001, EvidenceSettings.Default);
        for (var minute = 0; minute < 60; minute++)
            RatioBucket();
    }

    [Benchmark]
    public double RatioBucket()
    {
        _endMs += 60_000;
        var minute = (int)(_endMs / 60_000 % 1000);
        return _evidence.Observe(new ArmsBucket(_endMs, Bucket(0.002, minute), Bucket(0.002, minute + 3))).LogE;
    }

    private static Arm Bucket(double rate, int minute) => new(600, rate + minute % 7 * 1e-4, 2, 1e-8);
}
