namespace CanaryStreams.Core.Learning;

/// <summary>Nothing is learnt from other rollouts: every application stands alone.</summary>
public sealed class NoFleet : IFleet
{
    public static NoFleet Instance { get; } = new();

    private NoFleet() { }

    public bool Learn(RolloutExperience experience) => false;

    public FleetKnowledge AsOf(long timeMs) => FleetKnowledge.Nothing;
}
