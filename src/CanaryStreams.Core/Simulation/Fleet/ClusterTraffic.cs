namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>How a cluster's requests are shared between the versions, as commands left it.</summary>
/// <param name="WeightPct">Share of the requests that the update gets, 0..100.</param>
/// <param name="IsStable">The update has become the cluster's stable version: it gets all, and there is no canary.</param>
/// <param name="SinceMs">When the update first came to the cluster, Unix milliseconds; null where it isn't there.</param>
public readonly record struct ClusterTraffic(int WeightPct, bool IsStable, long? SinceMs)
{
    public static ClusterTraffic None => default;

    /// <summary>Gives the update a share of the traffic.</summary>
    public ClusterTraffic WithCanary(int weightPct, long timeMs) =>
        new(weightPct, false, weightPct > 0 ? SinceMs ?? timeMs : null);

    /// <summary>Makes the update the cluster's stable version.</summary>
    public ClusterTraffic Promoted(long timeMs) => new(100, true, SinceMs ?? timeMs);
}

/// <summary>What one minute's requests of a cluster came to.</summary>
/// <param name="Requests">All of them.</param>
/// <param name="OnUpdate">Those that the update answered, as canary or as the stable version.</param>
/// <param name="MetFault">Those of them that met its fault while it acted.</param>
public readonly record struct ClusterMinute(int Requests, int OnUpdate, int MetFault);
