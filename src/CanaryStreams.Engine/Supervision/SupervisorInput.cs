using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Rollouts.Wire;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Engine.Supervision;

/// <summary>A decoded record for the supervisor.</summary>
public abstract record SupervisorInput;

public sealed record UpdateInput(RolloutUpdate Update) : SupervisorInput;

public sealed record AckInput(Acknowledgement Ack) : SupervisorInput;

public sealed record SignalInput(Signal Signal) : SupervisorInput;
