using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Engine.Supervision;

/// <summary>A decoded record for the supervisor.</summary>
public abstract record SupervisorInput;

/// <param name="TooOld">
/// Why it is refused where its rollout isn't known: that may have been met, ended and been forgotten. Null where it is young enough.
/// </param>
public sealed record UpdateInput(RolloutUpdate Update, string? TooOld = null) : SupervisorInput;

public sealed record AckInput(Acknowledgement Ack) : SupervisorInput;

public sealed record SignalInput(Signal Signal) : SupervisorInput;
