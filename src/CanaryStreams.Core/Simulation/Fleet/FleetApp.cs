namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>An application of the simulated fleet.</summary>
/// <param name="Seed">Of what its stable side does by itself.</param>
/// <param name="Clusters">In the order in which its requests name them.</param>
/// <param name="Frailty">Factor on the probability of a fault in its updates; 1 is usual.</param>
/// <param name="ErrorRate">Share of requests that fail when nothing is the matter.</param>
/// <param name="LatencyMs">Mean latency of a request then.</param>
/// <param name="BlipsPerHour">Two-minute bursts of errors an hour in each arm of a cluster.</param>
public sealed record FleetApp(
    string Name,
    ulong Seed,
    IReadOnlyList<FleetCluster> Clusters,
    double Frailty,
    double ErrorRate,
    double LatencyMs,
    double BlipsPerHour
);
