using BenchmarkDotNet.Attributes;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Replay;

namespace CanaryStreams.Benchmarks;

/// <summary>The whole graph: twenty simulated rollouts of two hours each, from bytes to decisions.</summary>
[MemoryDiagnoser]
public class ReplayBenchmark
{
    private const int Rollouts = 20;

    private readonly Dictionary<string, Policy> _policies = new()
    {
        ["default"] = new Policy { Steps = [50], Metrics = RolloutSimulator.Metrics },
    };

    private RawRecord[] _records = [];

    [GlobalSetup]
    public void Setup()
    {
        var rollouts = RolloutSimulator.Rollouts(1, Rollouts, RolloutFamilies.All).ToList();
        _records =
        [
            .. SimulatedRecords
                .Play(rollouts, 1_767_600_000_000)
                .Select((r, i) => new RawRecord(r.Topic, 0, i + 1, r.TimeMs, default, r.Value, null)),
        ];
    }

    [Benchmark]
    public async Task<int> TwentyRollouts()
    {
        var written = 0;
        var run = new ReplayRun(
            StreamSettings.Default,
            _policies,
            DetectorModels.Default,
            NoFleet.Instance,
            true,
            encodesSignals: true,
            _ => written++
        );
        await run.RunAsync(_records, CancellationToken.None);
        return written;
    }
}
