namespace CanaryStreams.Engine.Snapshots;

/// <summary>How large a state was when it was captured: the next time what holds it is made large enough at once.</summary>
public readonly record struct StateSize(int Objects, int PackedBytes);
