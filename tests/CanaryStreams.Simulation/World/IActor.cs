namespace CanaryStreams.Simulation.World;

/// <summary>Something that takes steps. While one of its steps stands still in the middle, it takes no other.</summary>
internal interface IActor
{
    string Name { get; }

    /// <summary>Whether it could do anything now.</summary>
    bool CanStep { get; }

    void Step();
}
