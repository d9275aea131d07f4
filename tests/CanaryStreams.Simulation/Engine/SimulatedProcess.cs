using CanaryStreams.Simulation.World;

namespace CanaryStreams.Simulation.Engine;

/// <summary>A process of the engine: what it runs dies with it.</summary>
internal sealed class SimulatedProcess(SimulatedWorld world, string name, long skewMs)
{
    public string Name { get; } = name;
    public SimulatedTime Time { get; } = new(world, skewMs);
    public bool IsAlive { get; private set; } = true;
    public long StoppedUntilMs { get; private set; }
    public long BrokerCutUntilMs { get; set; }
    public long JournalCutUntilMs { get; set; }

    public bool CanStep => IsAlive && world.NowMs >= StoppedUntilMs;

    /// <summary>Whether its heartbeats arrive.</summary>
    public bool IsHeard => CanStep && world.NowMs >= BrokerCutUntilMs;

    /// <summary>What ends when the process does.</summary>
    public List<Action> OnDeath { get; } = [];

    public void Kill(string where)
    {
        if (!IsAlive)
            return;
        IsAlive = false;
        world.Tell(Name, $"dies: {where}");
        foreach (var end in OnDeath.ToList())
            end();
    }

    public void ThrowIfDead()
    {
        if (!IsAlive)
            throw new CrashedException();
    }

    /// <summary>Between two instructions: here a process may die, or stand still while the world goes on.</summary>
    public void Point(string where)
    {
        ThrowIfDead();
        if (world.Strikes(FaultKind.Crash, Name, where))
        {
            Kill(where);
            throw new CrashedException();
        }
        if (world.Strikes(FaultKind.SlowStep, Name, where))
            world.Hold(world.Between(20, 3_000));
        else if (world.Strikes(FaultKind.Zombie, Name, where))
            Stop(world.Between(8_000, 20_000));
        else if (world.Strikes(FaultKind.Stall, Name, where))
            Stop(world.Between(100, 5_000));
        ThrowIfDead();
    }

    private void Stop(long forMs)
    {
        StoppedUntilMs = Math.Max(StoppedUntilMs, world.NowMs + forMs);
        world.Hold(forMs);
        if (IsAlive)
            world.Tell(Name, "wakes up");
    }
}
