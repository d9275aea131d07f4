namespace CanaryStreams.Engine.Diagnostics;

/// <summary>All parts at one moment, sorted by name in ordinal order.</summary>
public sealed record HealthReport(DateTimeOffset At, IReadOnlyList<PartHealth> Parts)
{
    /// <summary>No part is stuck. A process that isn't live should be killed and started again.</summary>
    public bool IsLive => Parts.All(part => part.IsLive);

    /// <summary>Every part does its work; an engine of which no part has spoken yet is not ready.</summary>
    public bool IsReady => Parts.Count > 0 && Parts.All(part => part.IsReady);
}
