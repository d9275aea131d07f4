using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Lanes;

/// <summary>One closed bucket of one application: all its arms in <see cref="ArmKey"/> order, the silent ones too.</summary>
public sealed record AppBucket(string App, long EndMs, IReadOnlyList<ArmBucket> Arms, IReadOnlyList<PairBucket> Pairs);

/// <summary>One arm's part of a closed bucket.</summary>
/// <param name="Id">Dense within the application.</param>
/// <param name="Version">The version last seen in the arm.</param>
/// <param name="LastMs">Event time of the arm's last reading, in this bucket or before; 0 where none was in time yet.</param>
/// <param name="LastCountedMs">The same of its last reading over any observation; null where that is <paramref name="LastMs"/>.</param>
/// <param name="Flaw">What came lately in place of readings that can be judged; null where nothing did.</param>
public readonly record struct ArmBucket(
    int Id,
    ArmKey Key,
    string Version,
    Arm Values,
    double P50,
    double P95,
    double P99,
    long LastMs,
    long? LastCountedMs = null,
    SignalFlaw? Flaw = null
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
