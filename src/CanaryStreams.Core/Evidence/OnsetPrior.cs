namespace CanaryStreams.Core.Evidence;

/// <summary>
/// How likely a fault is to begin at a given time of the canary's life, known before anything is seen: half with the
/// canary itself, the rest later at a rate that falls like 1/(minutes + 1). A mixture over onsets, paid for by these
/// weights, is what lets a fault in the middle of the bake count in full instead of being diluted by the good time
/// before it.
/// </summary>
public static class OnsetPrior
{
    private const double AtStart = 0.5;
    private const double Spread = 3;

    /// <summary>Probability that a fault has begun by the end of the bucket (0 = the canary's first) on this grid.</summary>
    /// <returns>In [0.5, 1); tends to 1, so the weights of all buckets sum to one.</returns>
    public static double Begun(long bucket, double bucketMinutes) =>
        1 - (1 - AtStart) / (1 + Math.Log(1 + bucket * bucketMinutes) / Spread);

    /// <summary>Probability that it begins in one of the buckets after <paramref name="previous"/> (−1: none yet) up to <paramref name="bucket"/>.</summary>
    public static double Between(long previous, long bucket, double bucketMinutes) =>
        Begun(bucket, bucketMinutes) - (previous < 0 ? 0 : Begun(previous, bucketMinutes));
}
