namespace CanaryStreams.Core.Evidence;

/// <summary>What a metric's evidence says after a bucket.</summary>
/// <param name="LogE">Natural logarithm of the e-value.</param>
/// <param name="LogThreshold">ln(1 / (this process's share of the false-rollback budget)).</param>
/// <param name="Effect">Estimated difference since the likeliest onset: absolute, or relative to stable where the policy's minEffect is.</param>
/// <param name="EffectLower">Lower end of a 95 % interval.</param>
/// <param name="EffectUpper">Upper end of it.</param>
/// <param name="WorthIt">The effect is at least minEffect in the direction that is worse.</param>
/// <param name="OnsetMs">Likeliest start of the difference, Unix milliseconds; null while there is none.</param>
/// <param name="BucketEffect">This bucket's own difference, same unit as <paramref name="Effect"/>; NaN where an arm is empty.</param>
public readonly record struct EvidenceReading(
    double LogE,
    double LogThreshold,
    double Effect,
    double EffectLower,
    double EffectUpper,
    bool WorthIt,
    long? OnsetMs,
    double BucketEffect
)
{
    public bool IsAnomaly => WorthIt && LogE >= LogThreshold;
}
