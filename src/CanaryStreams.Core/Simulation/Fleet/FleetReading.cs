using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Simulation.Fleet;

/// <summary>One measurement of an arm over half a minute.</summary>
/// <param name="Cluster">Index in the application's clusters.</param>
/// <param name="Half">0: the minute's first half, 1: the second.</param>
/// <param name="Metric">Index in <see cref="FleetScenario.Metrics"/>.</param>
/// <param name="Value">A share of the requests, or a mean over them.</param>
/// <param name="Count">Requests; at least 1.</param>
public readonly record struct FleetReading(int Cluster, Track Track, int Half, int Metric, double Value, int Count);
