using CanaryStreams.Engine.Live;
using CanaryStreams.Simulation.World;

namespace CanaryStreams.Simulation.Engine;

/// <summary>What a role does with one partition, on queues of the simulated world.</summary>
internal interface ISimulatedWork : ILaneWork
{
    QueueHost Host { get; }

    /// <summary>Rollouts in memory.</summary>
    int Active { get; }

    /// <summary>What comes before anything is let in.</summary>
    void Start();
}

/// <summary>A lane: its work, its feed, and an actor for each of its queues.</summary>
internal sealed class SimulatedLane
{
    private readonly SimulatedWorld _world;
    private readonly SimulatedProcess _process;
    private readonly List<LaneActor> _actors = [];

    public SimulatedLane(
        SimulatedWorld world,
        SimulatedProcess process,
        string name,
        MergedTopics topics,
        ISimulatedWork work
    )
    {
        (_world, _process, Name, Topics, Work) = (world, process, name, topics, work);
        Feed = new LaneFeed(topics, work);
        _actors.Add(new LaneActor(this, "start", () => !IsStarted, Start));
        foreach (var (pump, next) in work.Host.Pumps.Zip(work.Host.Pumps.Skip(1).Append(null)))
            _actors.Add(
                new LaneActor(
                    this,
                    pump.Name,
                    () => IsStarted && pump.Count > 0 && next?.Count is null or < QueueHost.BatchesMax,
                    pump.Step
                )
            );
        _actors.ForEach(world.Add);
        process.OnDeath.Add(Dispose);
    }

    public string Name { get; }
    public MergedTopics Topics { get; }
    public ISimulatedWork Work { get; }
    public LaneFeed Feed { get; }
    public bool IsStarted { get; private set; }
    public bool IsStopped { get; private set; }
    public Exception? Failure { get; private set; }

    public bool IsIdle =>
        Failure is not null || Work.Host.Pumps.All(pump => pump.Count == 0) && !_actors.Exists(_world.IsBusy);

    public void Dispose()
    {
        if (IsStopped)
            return;
        IsStopped = true;
        _process.OnDeath.Remove(Dispose);
        _actors.ForEach(_world.Remove);
        Work.Dispose();
    }

    private void Start()
    {
        Work.Start();
        IsStarted = true;
    }

    private sealed class LaneActor(SimulatedLane lane, string part, Func<bool> can, Action step) : IActor
    {
        public string Name { get; } = $"{lane.Name} {part}";

        public bool CanStep => lane._process.CanStep && lane.Failure is null && !lane.IsStopped && can();

        public void Step()
        {
            try
            {
                step();
            }
            catch (Exception error) when (error is not (CrashedException or BrokenInvariantException))
            {
                if (!lane.IsStopped)
                    lane.Failure = error;
                lane._world.Tell(Name, $"fails: {error.Message}");
            }
        }
    }
}
