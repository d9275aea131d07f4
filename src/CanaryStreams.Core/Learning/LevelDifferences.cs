using CanaryStreams.Core.Evidence;

namespace CanaryStreams.Core.Learning;

/// <summary>The differences of the arms of one metric as <see cref="LevelEvidence"/> sees them.</summary>
/// <param name="MinEffect">On the scale of the differences.</param>
/// <param name="Noise">What stable's history tells of its own noise.</param>
internal sealed record LevelDifferences(double MinEffect, LevelNoise Noise, IReadOnlyList<LevelPoint> Points)
{
    public static LevelDifferences Of(MetricExperience seen, bool rising, EvidenceSettings settings)
    {
        var scale = LevelScale.Learn(seen.Policy, rising, seen.StableHistory, []);
        var reader = new LevelReader(seen.Policy.Kind, scale, seen.StableHistory);
        var noise = LevelNoise.Learn(seen.StableHistory, reader, scale, settings);
        var points = new List<LevelPoint>();
        foreach (var bucket in seen.Buckets)
        {
            if (!reader.Speaks(bucket.Canary) || !reader.Speaks(bucket.Stable))
                continue;
            points.Add(
                new LevelPoint(
                    (bucket.EndMs - seen.Buckets[0].EndMs) / settings.BucketMs,
                    scale.Difference(reader.Value(bucket.Canary), reader.Value(bucket.Stable)),
                    reader.SamplingVariance(bucket.Canary) + reader.SamplingVariance(bucket.Stable)
                )
            );
        }
        return new LevelDifferences(scale.MinEffect, noise, points);
    }
}

/// <param name="Bucket">Buckets since the canary's first.</param>
internal readonly record struct LevelPoint(long Bucket, double Difference, double SamplingVariance);
