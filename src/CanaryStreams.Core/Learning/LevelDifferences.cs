using CanaryStreams.Core.Evidence;

namespace CanaryStreams.Core.Learning;

/// <summary>The differences of the arms of one metric as <see cref="LevelEvidence"/> sees them.</summary>
/// <param name="MinEffect">On the scale of the differences.</param>
/// <param name="Noise">What stable's history tells of its own noise.</param>
internal sealed record LevelDifferences(double MinEffect, LevelNoise Noise, IReadOnlyList<LevelPoint> Points)
{
    public static LevelDifferences Of(MetricExperience seen, bool rising, EvidenceSettings settings)
    {
        var arms = LevelArms.Learn(seen.Policy, rising, seen.StableHistory, [], settings);
        var points = new List<LevelPoint>();
        foreach (var bucket in seen.Buckets)
        {
            if (!arms.Speak(bucket))
                continue;
            points.Add(
                new LevelPoint(
                    (bucket.EndMs - seen.Buckets[0].EndMs) / settings.BucketMs,
                    arms.Difference(bucket),
                    arms.SamplingVariance(bucket)
                )
            );
        }
        return new LevelDifferences(arms.Scale.MinEffect, arms.Noise, points);
    }
}

/// <param name="Bucket">Buckets since the canary's first.</param>
internal readonly record struct LevelPoint(long Bucket, double Difference, double SamplingVariance);
