namespace CanaryStreams.Core.Simulation;

/// <summary>How restless the arms are.</summary>
/// <param name="Autocorrelation">φ per minute of each arm's own noise, in [0,1).</param>
/// <param name="Scale">Factor on its size.</param>
public sealed record SimulationNoise(double Autocorrelation = 0.7, double Scale = 1);
