using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Rollouts;

/// <summary>What can be asked of a rollout. Time and scores ride inside: the decider reads no clock.</summary>
public abstract record RolloutCommand(DateTimeOffset Time);

/// <param name="Running">The rollout that the application is under already; null where there is none.</param>
public sealed record RequestRollout(DateTimeOffset Time, RolloutRequest Request, Policy Policy, string? Running = null)
    : RolloutCommand(Time);

/// <summary>All signals of the application's closed bucket.</summary>
/// <param name="Time">The bucket's end.</param>
/// <param name="Previous">End of the bucket observed before; null where the observer just started.</param>
public sealed record ObserveBucket(DateTimeOffset Time, IReadOnlyList<Signal> Signals, DateTimeOffset? Previous = null)
    : RolloutCommand(Time);

public sealed record ReceiveAck(DateTimeOffset Time, Acknowledgement Ack) : RolloutCommand(Time);

/// <summary>A deadline of <see cref="Deadlines.Next"/> has come.</summary>
/// <param name="ObservedUntil">End of the last bucket observed; null where the observer has seen none since it started.</param>
/// <param name="Signals">Of that bucket, for the explanation of what time decides; null where there is none.</param>
public sealed record PassTime(
    DateTimeOffset Time,
    DateTimeOffset? ObservedUntil = null,
    IReadOnlyList<Signal>? Signals = null
) : RolloutCommand(Time);

/// <summary>The process that decides has started, or has taken the rollout over.</summary>
/// <param name="Epoch">One more than the epoch of the state it loaded.</param>
public sealed record TakeOver(DateTimeOffset Time, int Epoch) : RolloutCommand(Time);

/// <summary>Another update of the same application is asked for while this one is only watched.</summary>
/// <param name="Successor">Its rollout.</param>
public sealed record SupersedeWatch(DateTimeOffset Time, string Successor) : RolloutCommand(Time);

public enum Verdict
{
    Good,
    Bad,
}

/// <summary>A label that teaches the models; it moves nothing.</summary>
/// <param name="Cluster">Null where it speaks of the whole rollout.</param>
/// <param name="Source"><c>operator</c> or <c>incident</c>.</param>
public sealed record ReportOutcome(DateTimeOffset Time, string? Cluster, Verdict Outcome, string Source)
    : RolloutCommand(Time);

/// <summary>A person's word, which goes before the engine's.</summary>
public abstract record OperatorOverride(DateTimeOffset Time, string By, string? Reason) : RolloutCommand(Time);

/// <summary>No growth until resumed; evidence of harm still rolls back.</summary>
public sealed record PauseRollout(DateTimeOffset Time, string By, string? Reason) : OperatorOverride(Time, By, Reason);

/// <summary>Ends a pause, a hold for want of a verdict, or one for an agent that didn't answer.</summary>
public sealed record ResumeRollout(DateTimeOffset Time, string By, string? Reason) : OperatorOverride(Time, By, Reason);

/// <summary>Promotes every remaining cluster now; where all are, ends their watch.</summary>
public sealed record PromoteRollout(DateTimeOffset Time, string By, string? Reason)
    : OperatorOverride(Time, By, Reason);

/// <summary>
/// Takes the canaries out; clusters promoted already keep the new version. While it is watched after its promotion, takes it out
/// of all clusters.
/// </summary>
public sealed record CancelRollout(DateTimeOffset Time, string By, string? Reason) : OperatorOverride(Time, By, Reason);
