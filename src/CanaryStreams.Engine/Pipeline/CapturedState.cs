using CanaryStreams.Engine.Snapshots;

namespace CanaryStreams.Engine.Pipeline;

/// <summary>What a lane remembered when it had given a batch's signals, and where its input goes on.</summary>
/// <param name="State">Whoever takes this out of the lane disposes of it.</param>
/// <param name="Positions">By topic the first offset that the state doesn't know.</param>
public sealed record CapturedState(PooledBytes State, IReadOnlyDictionary<string, long> Positions);
