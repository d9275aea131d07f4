namespace CanaryStreams.Engine.Diagnostics;

/// <summary>What one engine tells of itself: how its parts are, and what they have done.</summary>
public sealed class EngineDiagnostics : IDisposable
{
    public EngineDiagnostics(TimeProvider time)
    {
        Health = new EngineHealth(time);
        Metrics = new EngineMetrics(Health);
    }

    public EngineHealth Health { get; }
    public EngineMetrics Metrics { get; }

    public void Dispose() => Metrics.Dispose();
}
