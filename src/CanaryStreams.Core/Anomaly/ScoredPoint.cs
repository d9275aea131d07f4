using CanaryStreams.Core.Baselines;

namespace CanaryStreams.Core.Anomaly;

/// <summary>What a series' past says of one of its points.</summary>
/// <param name="Score">
/// How unusual the point is, in [0,1): a level, high as long as the series is abnormal, 0 for a missing value. Where something
/// new begins it is how much that counts, which what the series has shown before can lower.
/// </param>
/// <param name="Onset">The same score where something new begins, 0 elsewhere.</param>
/// <param name="IsAnomaly">
/// Whether an alert is open: from an onset that reaches the threshold until the score is low again; a missing value neither
/// opens nor closes one.
/// </param>
/// <param name="Expected">What the profile expected here; NaN before the first value, like the band.</param>
/// <param name="Lower">Lower end of the band of normal values.</param>
/// <param name="Upper">Upper end of it.</param>
/// <param name="Quality">How far the expectation and its band can be trusted.</param>
public readonly record struct ScoredPoint(
    double Score,
    double Onset,
    bool IsAnomaly,
    double Expected,
    double Lower,
    double Upper,
    ProfileQuality Quality
);
