namespace CanaryStreams.Core.Anomaly.Detection;

/// <summary>How much a <see cref="SeriesDetector"/> knows, and takes.</summary>
public enum DetectorTier
{
    /// <summary>The baseline's band and the last points: at most 1 KiB.</summary>
    Compact,

    /// <summary>All members and the networks: at most 48 KiB.</summary>
    Full,
}
