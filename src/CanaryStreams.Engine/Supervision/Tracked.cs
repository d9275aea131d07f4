using CanaryStreams.Core.Rollouts;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Engine.Supervision;

/// <summary>A rollout that is decided here.</summary>
/// <param name="Order">Place in the order in which rollouts were requested: breaks ties between deadlines.</param>
/// <param name="Version">Version of its stream.</param>
/// <param name="SnapshotVersion">Version of its newest snapshot in the journal; 0 before the first.</param>
/// <param name="ObservedUntil">End of the last bucket observed in this life of the process. Not journalled: what follows from it is.</param>
/// <param name="Observed">That bucket's signals; null where there is none.</param>
internal sealed record Tracked(
    string Rollout,
    long Order,
    RolloutState State,
    long Version,
    long SnapshotVersion,
    DateTimeOffset? ObservedUntil = null,
    IReadOnlyList<Signal>? Observed = null
)
{
    public DateTimeOffset? Due => Deadlines.Next(State, ObservedUntil);
}

/// <summary>Signals of an application's bucket that isn't complete yet.</summary>
internal sealed record Gathering(DateTimeOffset Time, List<Signal> Signals);
