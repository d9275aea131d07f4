namespace CanaryStreams.Core.Evidence;

/// <summary>The grid of time on which evidence is gathered. Time constants of the models are in minutes and scaled to it.</summary>
public sealed record EvidenceSettings
{
    public static EvidenceSettings Default { get; } = new();

    /// <summary>Length of a bucket, milliseconds; 1 000 … 3 600 000.</summary>
    public long BucketMs { get; init; } = 60_000;

    /// <summary>How many buckets ahead "sustained" looks, and a growing effect is extrapolated; ≥ 1.</summary>
    public int HorizonBuckets { get; init; } = 15;

    /// <summary>
    /// Whether stable's past tells what both arms' ratio is, faults apart. False where both arms are new, two variants: then a
    /// bucket's events say only how they fell upon the arms, whatever their number.
    /// </summary>
    public bool PastTellsRate { get; init; } = true;

    public double BucketMinutes => BucketMs / 60_000.0;
}
