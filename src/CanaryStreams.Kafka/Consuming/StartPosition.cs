namespace CanaryStreams.Kafka;

/// <summary>Where a group begins in a partition for which it has committed nothing yet.</summary>
public enum StartPosition
{
    Earliest,
    Latest,
}
