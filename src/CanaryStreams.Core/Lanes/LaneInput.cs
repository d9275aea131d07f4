using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Lanes;

/// <summary>What a host gives a lane: records in the order of their partition, and the time.</summary>
/// <param name="Records">None in a tick, which only tells the time.</param>
/// <param name="ClockMs">The clock when the records came, Unix milliseconds: the injected one, or the replay's.</param>
/// <param name="ClockCloses">
/// Whether the clock may close buckets after these records: only when nothing older waits behind them. While a lane
/// catches up with a backlog only event time may.
/// </param>
/// <param name="Owner">What the records' bytes live in, given back after decoding; null where nothing must be.</param>
public sealed record LaneInput(
    IReadOnlyList<RawRecord> Records,
    long ClockMs,
    bool ClockCloses,
    IDisposable? Owner = null
)
{
    /// <summary>
    /// Where the lane's state is wanted behind these records: by topic the first offset that it won't know. Null where not.
    /// </summary>
    public IReadOnlyDictionary<string, long>? CaptureAt { get; init; }
}
