namespace CanaryStreams.Core.Baselines;

/// <summary>How far a profile can be trusted.</summary>
public enum ProfileQuality
{
    /// <summary>Too few buckets to know the series: the band is wide on purpose.</summary>
    Young,
    Ok,
}

/// <summary>What a profile expects of a bucket before it is seen.</summary>
/// <param name="Expected">Median of what is expected; NaN before the first bucket. While the series is outside, what it would be without.</param>
/// <param name="Lower">Lower end of the band that is to hold 99 % of normal buckets, half of the others below it.</param>
/// <param name="Upper">Upper end of it.</param>
public readonly record struct Expectation(double Expected, double Lower, double Upper, ProfileQuality Quality);
