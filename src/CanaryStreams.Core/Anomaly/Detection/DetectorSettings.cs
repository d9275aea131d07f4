using CanaryStreams.Core.Anomaly.Network;
using CanaryStreams.Core.Baselines;

namespace CanaryStreams.Core.Anomaly.Detection;

/// <summary>How a <see cref="SeriesDetector"/> scores and what it may take.</summary>
/// <param name="Model">Networks of the shape <see cref="SeriesDetector.Shape"/>.</param>
public sealed record DetectorSettings(DetectorModel Model)
{
    /// <summary>Score in (0,1) from which an onset opens an alert.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>
    /// Points after which a series grows to the full tier by itself; at most what the compact tier remembers. With
    /// <see cref="int.MaxValue"/> it stays compact until <see cref="SeriesDetector.Grow"/>.
    /// </summary>
    public int GrowAfterPoints { get; init; } = CompactDetector.Remembered;

    public ProfileSettings Profile { get; init; } = ProfileSettings.Default;
}
