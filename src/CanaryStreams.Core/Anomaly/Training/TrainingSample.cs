using System.Runtime.InteropServices;

namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>A point to learn from.</summary>
/// <param name="Series">Index of the series.</param>
/// <param name="Point">Index of the point in it.</param>
/// <param name="Level">1 where the point is part of an anomaly, else 0.</param>
/// <param name="Onset">1 where it is among the first of an anomaly, else 0.</param>
/// <param name="LevelWeight">Weight of the level's loss, ≥ 0.</param>
/// <param name="OnsetWeight">Weight of the onset's loss, ≥ 0.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TrainingSample(
    int Series,
    int Point,
    float Level,
    float Onset,
    float LevelWeight,
    float OnsetWeight
);
