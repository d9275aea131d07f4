using System.Text;
using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;
using CanaryStreams.Engine.Pipeline;
using CanaryStreams.Kafka;
using CanaryStreams.Simulation.Broker;
using CanaryStreams.Simulation.Engine;

namespace CanaryStreams.Simulation.Checks;

/// <summary>
/// Signals against those of a lane that nothing ever happened to: it is given each record as it is written, and what others publish
/// is compared with what it says.
/// </summary>
internal sealed class SignalChecks(SimulatedBroker broker, Scenario scenario)
{
    private readonly Dictionary<int, Undisturbed> _lanes = [];

    public void OnInput(in RawRecord record, long nowMs) => LaneOf(record.Partition).Take(record, nowMs);

    /// <param name="isOfZombie">Sent by somebody who has the partition no more.</param>
    public void OnSignal(in RawRecord record, bool isOfZombie)
    {
        var lane = LaneOf(record.Partition);
        var bytes = Convert.ToBase64String(record.Value.Span);
        var partition = record.Partition;
        var offset = record.Offset;
        Invariants.Require(
            lane.Places.TryGetValue(bytes, out var place),
            "signals are those of an undisturbed run",
            () =>
                $"canary.signals[{partition}]@{offset} says what the undisturbed lane doesn't: {Difference(partition, bytes)}"
        );
        Invariants.Require(
            isOfZombie || lane.Said.Add(place),
            "no signal comes twice",
            () => $"canary.signals[{partition}]@{offset} was said before, and not by a zombie"
        );
        lane.Published.Add(place);
        while (lane.Published.Contains(lane.Complete))
            lane.Complete++;
    }

    private string Difference(int partition, string bytes)
    {
        var said = SignalCodec.Decode(Convert.FromBase64String(bytes), out _)!;
        var same = LaneOf(partition)
            .Buckets.GetValueOrDefault((said.App, said.Time))
            ?.Find(one =>
                (one.Cluster, one.Track, one.Version, one.Metric)
                == (said.Cluster, said.Track, said.Version, said.Metric)
            );
        return same is null
            ? "it has no such series there"
            : $"{Encoding.UTF8.GetString(Convert.FromBase64String(bytes))} instead of {Encoding.UTF8.GetString(SignalCodec.Encode(same))}";
    }

    /// <summary>Everything that telemetry below an offset causes is on the topic.</summary>
    public void RequirePublished(int partition, long telemetryEnd, string invariant)
    {
        var lane = LaneOf(partition);
        var due = telemetryEnd == 0 ? 0 : lane.DueBehind[(int)telemetryEnd - 1];
        Invariants.Require(
            lane.Complete >= due,
            invariant,
            () => $"lane {partition}: {lane.Complete} of {due} signals are out for telemetry below @{telemetryEnd}"
        );
    }

    /// <summary>A bucket is gathered in memory: an offset in its middle forgets its first half.</summary>
    public void RequireWhole(PartitionOffset offset)
    {
        var last = SignalCodec.Decode(
            broker.Log(offset.Topic, offset.Partition)[(int)offset.NextOffset - 1].Value.Span,
            out _
        )!;
        Invariants.Require(
            last.Last || last.Rollout is null,
            "offsets follow what they caused",
            () => $"{offset} lies in the middle of {last.App}'s bucket {last.Time:HH:mm:ss}"
        );
    }

    /// <summary>The signals of an application's bucket as the undisturbed lane says them; empty where there are none.</summary>
    public IReadOnlyList<Signal> Bucket(string app, DateTimeOffset time) =>
        LaneOf(broker.PartitionOf(app)).Buckets.GetValueOrDefault((app, time)) ?? [];

    public void AtEnd()
    {
        foreach (var (partition, lane) in _lanes)
            Invariants.Require(
                lane.Complete == lane.Count,
                "no signal is missing",
                () => $"lane {partition}: {lane.Complete} of {lane.Count} signals are out"
            );
    }

    private Undisturbed LaneOf(int partition)
    {
        if (!_lanes.TryGetValue(partition, out var lane))
            _lanes[partition] = lane = new Undisturbed(scenario, partition);
        return lane;
    }

    private sealed class Undisturbed
    {
        private readonly InlineHost _host = new();

        public Undisturbed(Scenario scenario, int partition)
        {
            var stages = scenario.HasRealLanes
                ? scenario.Lanes.Create(partition, _ => true, _ => true)
                : LightStages.Create(new LightState(), partition, null, null);
            CanaryGraph.ComposeLane(_host, stages, Take);
        }

        public Dictionary<string, int> Places { get; } = [];
        public HashSet<int> Said { get; } = [];
        public HashSet<int> Published { get; } = [];
        public List<int> DueBehind { get; } = [];
        public Dictionary<(string, DateTimeOffset), List<Signal>> Buckets { get; } = [];
        public int Count { get; private set; }

        /// <summary>So many from the beginning on are out.</summary>
        public int Complete { get; set; }

        public void Take(in RawRecord record, long nowMs)
        {
            QueueHost.Finish(
                _host
                    .Inlet<LaneInput>(CanaryGraph.Inputs)
                    .PushAsync(new LaneInput([record], nowMs, ClockCloses: false), CancellationToken.None)
            );
            if (record.Topic == Topics.Telemetry)
                DueBehind.Add(Count);
        }

        private ValueTask Take(EncodedBatch batch, CancellationToken stop)
        {
            foreach (var signal in batch.Signals)
            {
                var key = (signal.App, signal.Time);
                if (!Buckets.TryGetValue(key, out var bucket))
                    Buckets[key] = bucket = [];
                bucket.Add(signal);
            }
            foreach (var record in batch.Records.Where(record => record.Topic == Topics.Signals))
                Places[Convert.ToBase64String(record.Value.Span)] = Count++;
            return ValueTask.CompletedTask;
        }
    }
}
