using CanaryStreams.Core.Evidence;

namespace CanaryStreams.Core.Lanes;

/// <summary>One closed bucket of one application: all its arms in <see cref="ArmKey"/> order, the silent ones too.</summary>
public sealed record AppBucket(string App, long EndMs, IReadOnlyList<ArmBucket> Arms, IReadOnlyList<PairBucket> Pairs);

/// <summary>One arm's part of a closed bucket.</summary>
/// <param name="Id">Dense within the application.</param>
/// <param name="Version">The version last seen in the arm.</param>
/// <param name="LastMs">Event time of the arm's last reading, in this bucket or before.</param>
public readonly record struct ArmBucket(
    int Id,
    ArmKey Key,
    string Version,
    Arm Values,
    double P50,
    double P95,
    double P99,
    long LastMs
);

/// <summary>Synthetic pairs completed in a bucket: how often each side of a transaction failed.</summary>
public sealed record PairBucket(
    string Cluster,
    string Transaction,
    string CanaryVersion,
    string? Variant,
    int BothOk,
    int OnlyStableFailed,
    int OnlyCanaryFailed,
    int BothFailed
);
