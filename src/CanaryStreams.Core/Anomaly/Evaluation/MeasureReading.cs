namespace CanaryStreams.Core.Anomaly.Evaluation;

/// <summary>What a measure says at a threshold.</summary>
/// <param name="Value">The measure; higher is better. NaN where it isn't defined.</param>
/// <param name="Counts">What it was counted from, where it was counted.</param>
public readonly record struct MeasureReading(double Value, EventCounts? Counts);
