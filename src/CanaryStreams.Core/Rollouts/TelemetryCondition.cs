namespace CanaryStreams.Core.Rollouts;

/// <summary>
/// Why the telemetry of a canary and of stable beside it can't be judged. Each one holds and says so; none of them is a
/// zero, a pass or a rollback, but <see cref="CanarySilent"/> once it has lasted for <c>Policy.SilentCanary</c>.
/// </summary>
public enum TelemetryCondition
{
    /// <summary>No reading in the bucket, though there was one lately: stops growth in that bucket and holds nothing.</summary>
    Stale,

    /// <summary>Readings come, but only after their bucket has closed.</summary>
    Late,

    /// <summary>No reading of a metric for longer than the patience, on one side or on both.</summary>
    Missing,

    /// <summary>Nothing at all of the canary, neither measurements nor synthetic runs, while stable speaks.</summary>
    CanarySilent,

    /// <summary>Nothing at all of stable while the canary speaks.</summary>
    StableSilent,

    /// <summary>Readings over no observation: the side is alive and has nothing to do.</summary>
    ZeroTraffic,

    /// <summary>Readings whose value is rejected: NaN, infinite, or a ratio outside [0,1].</summary>
    InvalidValue,

    /// <summary>The canary's signal has no evidence, so it was compared with nothing.</summary>
    Uncompared,

    /// <summary>Neither side reports a metric that the policy names.</summary>
    Unmeasured,

    /// <summary>No bucket came at all: nothing is sent, or the engine is behind (a backlog, a paused partition).</summary>
    Absent,
}
