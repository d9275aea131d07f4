namespace CanaryStreams.Engine.Pipeline;

/// <summary>What a lane remembered when it had given a batch's signals, and where its input goes on.</summary>
/// <param name="Positions">By topic the first offset that the state doesn't know.</param>
public sealed record CapturedState(byte[] State, IReadOnlyDictionary<string, long> Positions);
