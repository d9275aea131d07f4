using BenchmarkDotNet.Attributes;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Engine.Snapshots;

namespace CanaryStreams.Benchmarks;

/// <summary>The state of a lane of a hundred simulated rollouts, 924 series of full detectors: captured and restored.</summary>
[MemoryDiagnoser]
public class SnapshotBenchmark
{
    private const int Rollouts = 100;
    private const int BatchRecords = 2_000;

    private readonly LaneFactory _factory = new(
        StreamSettings.Default,
        new Dictionary<string, Policy> { ["default"] = new() { Metrics = RolloutSimulator.Metrics } },
        DetectorModels.Default,
        NoFleet.Instance
    );

    private LaneState _state = null!;
    private byte[] _captured = [];

    [GlobalSetup]
    public async Task Setup()
    {
        _state = _factory.NewState();
        var host = new InlineHost();
        var stages = _factory.Create(_state, 0, _ => true, _ => true);
        CanaryGraph.ComposeLane(host, stages, (_, _) => ValueTask.CompletedTask);
        var rollouts = RolloutSimulator.Rollouts(1, Rollouts, RolloutFamilies.All).ToList();
        var batches = SimulatedRecords
            .Play(rollouts, 1_767_600_000_000)
            .Select((r, i) => new RawRecord(r.Topic, 0, i, r.TimeMs, default, r.Value, null))
            .Chunk(BatchRecords);
        foreach (var batch in batches)
        {
            var input = new LaneInput(batch, batch[^1].TimestampMs, ClockCloses: true);
            await host.Inlet<LaneInput>(CanaryGraph.Inputs).PushAsync(input, CancellationToken.None);
        }
        using var captured = _state.Capture();
        _captured = captured.Span.ToArray();
    }

    [Benchmark]
    public int Capture()
    {
        using var captured = _state.Capture();
        return captured.Length;
    }

    [Benchmark]
    public bool Restore() => _factory.NewState().TryRestore(_captured, out _);
}
