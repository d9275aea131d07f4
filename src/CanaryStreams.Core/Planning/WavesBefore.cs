namespace CanaryStreams.Core.Planning;

/// <summary>The waves that have begun before those that are planned.</summary>
/// <param name="Sizes">Of those of which something goes on, without the clusters that were taken out.</param>
/// <param name="Count">How many there were, taken out or not: waves are numbered on from there.</param>
public readonly record struct WavesBefore(IReadOnlyList<int> Sizes, int Count)
{
    public static WavesBefore None { get; } = new([], 0);
}
