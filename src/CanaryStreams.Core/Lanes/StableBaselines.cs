using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Lanes;

/// <summary>Sums a stable arm's past up for the outlook of a rollout.</summary>
internal static class StableBaselines
{
    /// <summary>First buckets of a rollout in which it is told: one would do, if stable always spoke before.</summary>
    public const int Told = 10;

    private const int LeastBuckets = 5;

    /// <summary>Null where fewer than five buckets with trials are known.</summary>
    public static StableBaseline? Of(ArmHistory? history, StreamSettings settings)
    {
        Arm[] past = [.. (history?.ToArray() ?? []).SkipWhile(arm => !(arm.Count > 0))];
        if (past.Count(arm => arm.Count > 0) < LeastBuckets)
            return null;
        var usual = RatioBaseline.Learn(past, complement: false, new EvidenceSettings { BucketMs = settings.BucketMs });
        var minutes = past.Length * settings.Bucket.TotalMinutes;
        return new StableBaseline(
            SignificantDigits.Round(usual.Events / Math.Max(usual.Trials, 1)),
            SignificantDigits.Round(past.Sum(arm => arm.Count) / minutes),
            minutes,
            settings.Bucket.TotalSeconds
        );
    }
}
