using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Simulation;

/// <summary>One measurement of a simulated rollout.</summary>
/// <param name="OffsetMs">Milliseconds since the canary's start.</param>
/// <param name="Metric">Index in the rollout's metrics.</param>
public readonly record struct SimulatedSample(long OffsetMs, Track Track, int Metric, double Value, int Count);

/// <summary>One synthetic pair of a simulated rollout.</summary>
public readonly record struct SimulatedPair(long OffsetMs, int Run, bool StableFailed, bool CanaryFailed);
