namespace CanaryStreams.Core.Explanations;

/// <summary>
/// The last buckets of a comparison, oldest first, as columns of the same length: what a small chart is drawn from. Two
/// with the same content are equal.
/// </summary>
/// <param name="Start">Beginning of the first bucket.</param>
/// <param name="BucketSeconds">Length of each bucket; the buckets follow one another without a gap.</param>
/// <param name="Stable">Stable's means; NaN (null on the wire) where it was silent.</param>
/// <param name="Canary">The canary's means; NaN where it was silent, and before its first bucket.</param>
/// <param name="LogE">Natural logarithm of the e-value after each bucket; NaN before the canary's first.</param>
public sealed record EvidenceTrail(
    DateTimeOffset Start,
    double BucketSeconds,
    IReadOnlyList<double> Stable,
    IReadOnlyList<double> Canary,
    IReadOnlyList<double> LogE
)
{
    /// <summary>Columns are never longer.</summary>
    public const int BucketsMax = 60;

    public bool Equals(EvidenceTrail? other) =>
        other is not null
        && Start == other.Start
        && BucketSeconds.Equals(other.BucketSeconds)
        && Stable.SequenceEqual(other.Stable)
        && Canary.SequenceEqual(other.Canary)
        && LogE.SequenceEqual(other.LogE);

    public override int GetHashCode() => HashCode.Combine(Start, BucketSeconds, Stable.Count);
}
