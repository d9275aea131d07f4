using CanaryStreams.Kafka;
using CanaryStreams.Simulation.World;

namespace CanaryStreams.Simulation.Broker;

/// <summary>
/// Hands partitions out to members, cooperatively: a partition that moves is first given up by its owner. Who isn't heard of for
/// the length of a session is out, and doesn't know it.
/// </summary>
internal sealed class SimulatedGroup : IActor
{
    public const long SessionMs = 6_000;
    private const long PollMs = 40_000;

    private readonly SimulatedWorld _world;
    private readonly SimulatedBroker _broker;
    private readonly List<SimulatedConsumer> _members = [];
    private readonly SimulatedConsumer?[] _owners;
    private readonly Dictionary<TopicPartition, long> _committed = [];

    public SimulatedGroup(string name, SimulatedWorld world, SimulatedBroker broker)
    {
        (Name, _world, _broker, _owners) = (name, world, broker, new SimulatedConsumer?[broker.Partitions]);
        broker.Groups.Add(this);
        world.Add(this);
    }

    public string Name { get; }

    public bool CanStep => !_broker.IsAway;

    public long? Committed(TopicPartition partition) => _committed.TryGetValue(partition, out var at) ? at : null;

    public void Join(SimulatedConsumer member)
    {
        member.HeardMs = member.PolledMs = _world.NowMs;
        _members.Add(member);
        _world.Tell(Name, $"{member.Process.Name} joins");
        Balance();
    }

    public bool Has(SimulatedConsumer member) => _members.Contains(member);

    public void Leave(SimulatedConsumer member, string why)
    {
        if (!_members.Remove(member))
            return;
        _world.Tell(Name, $"{member.Process.Name} is out: {why}");
        for (var i = 0; i < _owners.Length; i++)
            if (_owners[i] == member)
                _owners[i] = null;
        Balance();
    }

    public void GivenUp(SimulatedConsumer member, int partition)
    {
        if (_owners[partition] == member)
            _owners[partition] = null;
        Balance();
    }

    /// <summary>The next partition that a member is to take; null where there is none that is still its own.</summary>
    public int? NextToTake(SimulatedConsumer member)
    {
        while (member.ToAssign.TryDequeue(out var partition))
        {
            if (Has(member) && _owners[partition] == member)
                return partition;
        }
        return null;
    }

    public void Commit(IEnumerable<PartitionOffset> offsets)
    {
        foreach (var offset in offsets)
        {
            _world.Checks.OnCommit(Name, offset);
            _committed[new TopicPartition(offset.Topic, offset.Partition)] = offset.NextOffset;
        }
    }

    /// <summary>Looks for who wasn't heard of.</summary>
    public void Step()
    {
        foreach (var member in _members.ToList())
        {
            if (member.Process.IsHeard)
                member.HeardMs = _world.NowMs;
            if (_broker.AwayUntilMs > 0 && _world.NowMs - _broker.AwayUntilMs < SessionMs)
                member.HeardMs = member.PolledMs = Math.Max(member.HeardMs, _broker.AwayUntilMs);
            if (_world.NowMs - member.HeardMs > SessionMs)
                Leave(member, "session timed out");
            else if (_world.NowMs - member.PolledMs > PollMs)
                Leave(member, "doesn't poll");
        }
        Balance();
    }

    private void Balance()
    {
        if (_members.Count == 0)
            return;
        for (var i = 0; i < _owners.Length; i++)
        {
            if (_owners[i] is not null)
                continue;
            var least = _members.MinBy(Load)!;
            _owners[i] = least;
            least.ToAssign.Enqueue(i);
        }
        var (most, fewest) = (_members.MaxBy(Load)!, _members.MinBy(Load)!);
        if (Load(most) - Load(fewest) >= 2 && most.ToRevoke.Count == 0 && most.ToAssign.Count == 0)
            most.ToRevoke.Enqueue(Array.FindLastIndex(_owners, owner => owner == most));
    }

    private int Load(SimulatedConsumer member) => _owners.Count(owner => owner == member) - member.ToRevoke.Count;
}
