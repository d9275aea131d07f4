using CanaryStreams.Core.Rollouts;

namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>Where an update of the simulated fleet does harm. Nobody is told; only telemetry shows it.</summary>
public enum HiddenFault
{
    None,
    Everywhere,
    OldKernel,
    SmallMemory,
    SlowNetwork,
    HighLoad,
}

/// <summary>What makes a cluster one that a hidden fault hurts, and the faults' names in files.</summary>
public static class HiddenFaults
{
    public const string OldKernel = "4.18";
    public const double SmallMemoryGb = 8;
    public const string SlowNetwork = "1g";
    public const double HighLoadPct = 65;

    /// <summary>Whether a cluster of this profile, as it was when the rollout was requested, is hurt.</summary>
    public static bool Hurts(this HiddenFault fault, ClusterProfile cluster) =>
        fault switch
        {
            HiddenFault.Everywhere => true,
            HiddenFault.OldKernel => cluster.Kernel == OldKernel,
            HiddenFault.SmallMemory => cluster.MemoryGb <= SmallMemoryGb,
            HiddenFault.SlowNetwork => cluster.Network == SlowNetwork,
            HiddenFault.HighLoad => cluster.LoadPct >= HighLoadPct,
            _ => false,
        };

    public static string Name(this HiddenFault fault) =>
        fault switch
        {
            HiddenFault.Everywhere => "everywhere",
            HiddenFault.OldKernel => "old-kernel",
            HiddenFault.SmallMemory => "small-memory",
            HiddenFault.SlowNetwork => "slow-network",
            HiddenFault.HighLoad => "high-load",
            _ => "none",
        };
}
