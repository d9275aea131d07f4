namespace CanaryStreams.Core.Anomaly.Training;

/// <summary>One point to learn from.</summary>
/// <param name="Series">Index of its series.</param>
/// <param name="Point">Index of the point in its series.</param>
/// <param name="Level">1 inside an anomaly, otherwise 0.</param>
/// <param name="Onset">1 at an anomaly's beginning, otherwise 0.</param>
/// <param name="LevelWeight">How much the level counts, at least 0.</param>
/// <param name="OnsetWeight">How much the onset counts, at least 0.</param>
public readonly record struct TrainingSample(
    int Series,
    int Point,
    float Level,
    float Onset,
    float LevelWeight,
    float OnsetWeight
);
