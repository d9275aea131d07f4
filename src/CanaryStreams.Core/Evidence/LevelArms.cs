using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Evidence;

/// <summary>How the two arms of a level are compared: on which scale, with what sampling noise and what slow noise of stable's.</summary>
/// <param name="Noise">What stable's history tells of its own noise.</param>
internal sealed record LevelArms(LevelScale Scale, LevelReader Reader, LevelNoise Noise)
{
    /// <param name="rising">Worse is higher.</param>
    /// <param name="stableHistory">Oldest first, empty buckets included.</param>
    /// <param name="canary">The canary's first buckets, where the history doesn't tell the metric's scale.</param>
    public static LevelArms Learn(
        MetricPolicy policy,
        bool rising,
        IReadOnlyList<Arm> stableHistory,
        IReadOnlyList<Arm> canary,
        EvidenceSettings settings
    )
    {
        var scale = LevelScale.Learn(policy, rising, stableHistory, canary);
        var reader = new LevelReader(policy.Kind, scale, stableHistory);
        return new LevelArms(scale, reader, LevelNoise.Learn(stableHistory, reader, scale, settings));
    }

    /// <summary>Whether both arms say anything.</summary>
    public bool Speak(in ArmsBucket bucket) => Reader.Speaks(bucket.Canary) && Reader.Speaks(bucket.Stable);

    /// <summary>Of arms that speak, on the scale, worse up.</summary>
    public double Difference(in ArmsBucket bucket) =>
        Scale.Difference(Reader.Value(bucket.Canary), Reader.Value(bucket.Stable));

    /// <summary>Variance of <see cref="Difference"/> by sampling alone.</summary>
    public double SamplingVariance(in ArmsBucket bucket) =>
        Reader.SamplingVariance(bucket.Canary) + Reader.SamplingVariance(bucket.Stable);
}
