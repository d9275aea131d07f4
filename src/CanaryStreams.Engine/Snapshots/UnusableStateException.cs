namespace CanaryStreams.Engine.Snapshots;

/// <summary>Bytes that are no state of this program; never leaves <see cref="StateSerializer"/>.</summary>
internal sealed class UnusableStateException(string reason) : Exception(reason);
