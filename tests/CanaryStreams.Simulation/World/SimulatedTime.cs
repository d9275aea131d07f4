namespace CanaryStreams.Simulation.World;

/// <summary>A process's clock: the world's time with a deviation of its own; what it measures is not wrong.</summary>
internal sealed class SimulatedTime(SimulatedWorld world, long skewMs) : TimeProvider
{
    public override long TimestampFrequency => 1000;

    public long NowMs => world.NowMs + skewMs;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);

    public override long GetTimestamp() => world.NowMs;
}
