using CanaryStreams.Core.Lanes;
using CanaryStreams.Core.Signals;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Engine.Pipeline;

/// <summary>What leaves a lane.</summary>
/// <param name="Signals">In the order in which their buckets closed.</param>
/// <param name="Records">The same signals as records, then the rejects.</param>
public sealed record EncodedBatch(IReadOnlyList<Signal> Signals, IReadOnlyList<OutputRecord> Records, LaneInput Input)
{
    /// <summary>The lane's state behind this batch, where its input asked for it.</summary>
    public CapturedState? Captured { get; init; }
}
