namespace CanaryStreams.Simulation.World;

/// <summary>The process is dead: whatever it was doing ends here. Nothing of the product catches it.</summary>
internal sealed class CrashedException() : OperationCanceledException("the simulated process has crashed");

/// <summary>An invariant doesn't hold: the seed has failed. Nothing of the product catches it.</summary>
internal sealed class BrokenInvariantException(string invariant, string what)
    : OperationCanceledException($"{invariant}: {what}")
{
    public string Invariant { get; } = invariant;
}
