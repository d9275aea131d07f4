using System.Text;
using CanaryStreams.Core.Anomaly.Detection;
using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Simulation;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Learning;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Engine.Snapshots;

namespace CanaryStreams.Engine.Tests.Snapshots;

/// <summary>A lane as a process has it: its own settings, policies, fleet; and all that leaves it.</summary>
internal sealed class SnapshotLane
{
    private readonly InlineHost _host = new();
    private readonly IFleet _fleet;

    /// <param name="taught">What stands in the fleet's topic, which a process reads before anything else.</param>
    public SnapshotLane(
        IEnumerable<ReadOnlyMemory<byte>> taught,
        byte[]? snapshot = null,
        StreamSettings? settings = null,
        IReadOnlyDictionary<string, Policy>? policies = null,
        DetectorModel? detector = null,
        bool learns = true
    )
    {
        settings ??= new StreamSettings();
        _fleet = SharedFleet.Create(learns, settings);
        foreach (var experience in taught)
            _fleet.Learn(ExperienceJson.Decode(experience));
        var factory = new LaneFactory(settings, policies ?? Policies(), detector ?? DetectorModels.Default, _fleet);
        State = factory.NewState();
        if (snapshot is not null && !State.TryRestore(snapshot, out var reason))
            Refused = reason;
        CanaryGraph.ComposeLane(_host, factory.Create(State, 0, _ => true, _ => true), Take);
    }

    public LaneState State { get; }

    /// <summary>Why the snapshot was not taken; null where it was.</summary>
    public string? Refused { get; }

    public List<string> Output { get; } = [];

    public List<ReadOnlyMemory<byte>> Experiences { get; } = [];

    public static IReadOnlyDictionary<string, Policy> Policies() =>
        new Dictionary<string, Policy> { ["default"] = new() { Metrics = RolloutSimulator.Metrics } };

    public byte[] Capture()
    {
        using var captured = State.Capture();
        return captured.Span.ToArray();
    }

    /// <summary>What leaves the lane because of the batch.</summary>
    public IReadOnlyList<string> Push(LaneInput batch)
    {
        var before = Output.Count;
        var pushed = _host.Inlet<LaneInput>(CanaryGraph.Inputs).PushAsync(batch, CancellationToken.None);
        pushed.IsCompletedSuccessfully.ShouldBeTrue();
        return Output[before..];
    }

    public SnapshotLane Push(IEnumerable<LaneInput> batches)
    {
        foreach (var batch in batches)
            Push(batch);
        return this;
    }

    private ValueTask Take(EncodedBatch batch, CancellationToken stop)
    {
        foreach (var record in batch.Records)
        {
            if (record.Topic == Topics.Fleet)
                Experiences.Add(record.Value);
            var headers = record.Headers?.Select(h => $" {h.Name}={Encoding.UTF8.GetString(h.Value.Span)}") ?? [];
            Output.Add($"{record.Topic} {Encoding.UTF8.GetString(record.Value.Span)}{string.Concat(headers)}");
        }
        return ValueTask.CompletedTask;
    }
}
