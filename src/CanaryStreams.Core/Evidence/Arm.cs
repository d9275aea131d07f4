namespace CanaryStreams.Core.Evidence;

/// <summary>One arm's closed bucket of one metric.</summary>
/// <param name="Count">Observations, or trials of a ratio; 0 where the bucket is empty.</param>
/// <param name="Mean">Count-weighted mean; NaN where the bucket is empty.</param>
/// <param name="Readings">Measurements behind it (each a mean of several observations).</param>
/// <param name="Variance">Variance between the readings' values; NaN below two readings.</param>
public readonly record struct Arm(double Count, double Mean, int Readings, double Variance)
{
    public static Arm Empty { get; } = new(0, double.NaN, 0, double.NaN);

    public bool IsEmpty => Readings == 0;
}

/// <summary>Both arms of one metric in one cluster over the same bucket.</summary>
/// <param name="EndMs">The bucket's end, Unix milliseconds.</param>
public readonly record struct ArmsBucket(long EndMs, Arm Stable, Arm Canary);
