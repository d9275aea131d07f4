using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Learning;
using CanaryStreams.Core.Telemetry;

namespace CanaryStreams.Engine.Learning;

/// <summary>The fleet's experience as all lanes of a process share it. A lane that asks while another learns waits.</summary>
public sealed class SharedFleet(StreamSettings settings) : IFleet
{
    private readonly Lock _lock = new();
    private readonly FleetLedger _ledger = new(new EvidenceSettings { BucketMs = settings.BucketMs });

    /// <param name="learns">What <c>learning.fleet</c> says.</param>
    public static IFleet Create(bool learns, StreamSettings settings) =>
        learns ? new SharedFleet(settings) : NoFleet.Instance;

    public bool Learn(RolloutExperience experience)
    {
        lock (_lock)
            return _ledger.Learn(experience);
    }

    public FleetKnowledge AsOf(long timeMs)
    {
        lock (_lock)
            return _ledger.AsOf(timeMs);
    }
}
