namespace CanaryStreams.Core.Anomaly.Network;

/// <summary>What a network makes of a point, as logits: P = 1/(1 + e^−x).</summary>
/// <param name="Level">Of the point being part of an anomaly.</param>
/// <param name="Onset">Of the point being among the first of an anomaly.</param>
public readonly record struct NetworkReading(float Level, float Onset);
