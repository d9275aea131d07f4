using CanaryStreams.Engine.Journal;
using CanaryStreams.Engine.Live;
using CanaryStreams.Engine.Supervision;
using CanaryStreams.Kafka;
using CanaryStreams.Simulation.Broker;
using CanaryStreams.Simulation.Checks;
using CanaryStreams.Simulation.World;

namespace CanaryStreams.Simulation.Engine;

/// <summary>
/// The simulated counterpart of the host of a role: the same steps in the same order, each of which the world may let wait. When
/// the broker, the journal or a claim fails a lane, the role leaves the group and begins anew.
/// </summary>
/// <param name="rolloutsMax">One for each application.</param>
/// <param name="start">A lane's work, and by topic where it begins.</param>
internal sealed class SimulatedRole(
    SimulatedWorld world,
    SimulatedProcess process,
    string name,
    IReadOnlyList<string> topics,
    Func<SimulatedConsumer> join,
    SimulatedGroup group,
    int rolloutsMax,
    Func<IPartitionOffsets, int, Func<bool>, (ISimulatedWork Work, IReadOnlyDictionary<string, long> Begin)> start
) : IActor
{
    private const int PollRecordsMax = 12;
    private const int WaitingMax = 60;
    private const long HandOverForMs = 5_000;
    private const long StoodStillForMs = 2_000;
    private readonly SortedDictionary<int, SimulatedLane> _lanes = [];
    private SimulatedConsumer? _consumer;
    private long _waitsUntilMs;
    private long _turnedMs;
    private long _backoffMs = 250;

    public string Name { get; } = $"{process.Name} {name}";

    /// <summary>It leaves its group with its next step, and takes no other.</summary>
    public bool IsAskedToLeave { get; set; }

    public bool IsGone { get; private set; }

    public required Action HasLeft { get; init; }

    public bool CanStep => process.CanStep && !IsGone && world.NowMs >= _waitsUntilMs;

    public bool Owns(int partition) => _lanes.ContainsKey(partition) && _consumer is { IsOut: false };

    public void Step()
    {
        try
        {
            if (!IsAskedToLeave)
            {
                Serve();
                return;
            }
            Leave();
            IsGone = true;
            HasLeft();
        }
        catch (Exception error) when (Cause(error) is { } passing)
        {
            world.Tell(Name, $"begins anew: {passing.Message}");
            Leave();
            _waitsUntilMs = world.NowMs + _backoffMs;
            _backoffMs = Math.Min(_backoffMs * 2, 4_000);
        }
    }

    private void Leave()
    {
        if (_consumer is { } member)
        {
            OnRevoked(member, [.. _lanes.Keys]);
            group.Leave(member, "leaves");
        }
        _consumer = null;
        OnLost();
    }

    private void Serve()
    {
        if (_consumer is { IsOut: true })
        {
            world.Tell(Name, "hears that it is out");
            OnLost();
            _consumer = null;
        }
        if (_consumer is null)
        {
            process.Point("joining");
            _consumer = join();
            group.Join(_consumer);
        }
        var consumer = _consumer;
        while (consumer.ToRevoke.TryDequeue(out var partition))
        {
            OnRevoked(consumer, [partition]);
            group.GivenUp(consumer, partition);
        }
        while (group.NextToTake(consumer) is { } partition)
            OnAssigned(consumer, partition);
        Turn(consumer);
    }

    private void Turn(SimulatedConsumer consumer)
    {
        if (consumer.IsCut || world.NowMs - _turnedMs > StoodStillForMs)
        {
            foreach (var lane in _lanes.Values)
                lane.Topics.Interrupted();
        }
        _turnedMs = world.NowMs;
        foreach (var batch in consumer.Poll(PollRecordsMax, IsFull))
        {
            if (_lanes.TryGetValue(batch.Partition, out var lane))
                lane.Topics.Add(batch);
        }
        foreach (var (partition, lane) in _lanes.ToList())
        {
            if (lane.Failure is { } failure)
                throw new LaneFailedException(name, partition, failure);
            lane.Feed.Advance(
                topic => consumer.KnownEnd(new TopicPartition(topic, partition)),
                PollRecordsMax,
                process.Time.NowMs
            );
            RequireBounded(lane);
        }
        Commit(consumer, _lanes.Values);
    }

    private void RequireBounded(SimulatedLane lane)
    {
        Invariants.RequireAtMost(
            topics.Count * (WaitingMax + PollRecordsMax),
            topics.Sum(lane.Topics.Waiting),
            lane.Name
        );
        Invariants.RequireAtMost(QueueHost.BatchesMax, lane.Work.Host.Pumps.Max(pump => pump.Count), lane.Name);
        Invariants.RequireAtMost(rolloutsMax, lane.Work.Active, lane.Name);
    }

    private bool IsFull(TopicPartition at) =>
        _lanes.TryGetValue(at.Partition, out var lane) && lane.Topics.Waiting(at.Topic) >= WaitingMax;

    private static void Commit(SimulatedConsumer consumer, IEnumerable<SimulatedLane> lanes)
    {
        var done = lanes.SelectMany(lane => lane.Work.TakeDone()).ToList();
        if (done.Count > 0)
            consumer.Commit(Offsets.Newest(done));
    }

    private void OnAssigned(SimulatedConsumer consumer, int partition)
    {
        world.Tell(Name, $"gets partition {partition}");
        SimulatedLane? lane = null;
        var (work, begin) = start(consumer, partition, () => lane?.IsStopped == true || !process.IsAlive);
        var merged = new MergedTopics(
            topics,
            topic => (begin[topic], consumer.Watermarks(new TopicPartition(topic, partition)).High),
            process.Time
        );
        consumer.Begin(partition, begin);
        if (_lanes.Remove(partition, out var before))
            before.Dispose();
        _lanes[partition] = lane = new SimulatedLane(world, process, $"{Name}/{partition}", merged, work);
        _backoffMs = 250;
    }

    private void OnRevoked(SimulatedConsumer consumer, IReadOnlyList<int> partitions)
    {
        var leaving = TakeOut(consumer, partitions);
        leaving.ForEach(lane => lane.Work.Complete());
        if (leaving.Exists(lane => !lane.IsIdle))
            world.Hold(HandOverForMs, () => leaving.TrueForAll(lane => lane.IsIdle));
        process.ThrowIfDead();
        Commit(consumer, leaving);
        leaving.ForEach(lane => lane.Dispose());
        if (partitions.Count > 0)
            world.Tell(Name, $"gives up partition {string.Join(',', partitions)}");
    }

    private void OnLost()
    {
        foreach (var lane in _lanes.Values)
            lane.Dispose();
        _lanes.Clear();
    }

    private List<SimulatedLane> TakeOut(SimulatedConsumer consumer, IReadOnlyList<int> partitions)
    {
        var leaving = new List<SimulatedLane>();
        foreach (var partition in partitions)
        {
            consumer.Forget(partition);
            if (_lanes.Remove(partition, out var lane))
                leaving.Add(lane);
        }
        return leaving;
    }

    /// <summary>As in the live host: what a failure comes from where it passes by itself.</summary>
    private static Exception? Cause(Exception error) =>
        error switch
        {
            LaneFailedException { InnerException: { } inner } => Cause(inner),
            BrokerException or DeliveryException or JournalUnavailableException or PartitionTakenException => error,
            _ => null,
        };
}
