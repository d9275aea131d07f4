namespace CanaryStreams.Core.Anomaly.Evaluation;

/// <summary>How found, missed and false are counted: see <see cref="DetectionCounts"/>.</summary>
public enum DetectionMeasure
{
    PointAdjusted,
    Events,
}
