using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Core.Lanes;

/// <summary>A batch on its way through a lane, with what had to be rejected so far.</summary>
/// <param name="Input">What it was made from.</param>
public sealed record LaneBatch<T>(IReadOnlyList<T> Items, List<Reject> Rejects, LaneInput Input)
{
    /// <summary>What rollouts taught whose outcome was reported in this batch.</summary>
    public IReadOnlyList<RolloutExperience> Experiences { get; init; } = [];
}
