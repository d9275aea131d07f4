namespace CanaryStreams.Core.Telemetry;

/// <summary>How the stream of telemetry is cut into buckets and when a bucket may close.</summary>
public sealed record StreamSettings
{
    public static StreamSettings Default { get; } = new();

    /// <summary>Length of a bucket; divides a day, so that buckets begin at the same times every day.</summary>
    public TimeSpan Bucket { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How far behind the newest event time a measurement may still come and be counted.</summary>
    public TimeSpan AllowedLateness { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A measurement further ahead of the clock than this is rejected.</summary>
    public TimeSpan MaxSkew { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A partition without records for this long is advanced by the clock.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How much of each stable series' past is kept for profiles and evidence.</summary>
    public TimeSpan History { get; init; } = TimeSpan.FromHours(4);

    /// <summary>A series silent for this long leaves the signals, and a rollout's watch ends with its canary.</summary>
    public TimeSpan ForgetAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>One half of a synthetic pair waits this long for the other.</summary>
    public TimeSpan PairWithin { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How far back a partition is read again when an analyzer takes it over.</summary>
    public TimeSpan Rewind => History + ForgetAfter;

    public long BucketMs => (long)Bucket.TotalMilliseconds;

    /// <summary>Buckets of <see cref="History"/>, at least one.</summary>
    public int HistoryBuckets => Math.Max(1, (int)(History / Bucket));
}
