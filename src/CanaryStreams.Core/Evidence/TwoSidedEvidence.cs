namespace CanaryStreams.Core.Evidence;

/// <summary>
/// Evidence for a metric that is worse in both directions: one process for each, at half of the share each. Speaks for
/// the one that is nearer to its threshold.
/// </summary>
internal sealed class TwoSidedEvidence(IMetricEvidence up, IMetricEvidence down) : IMetricEvidence
{
    public double? Strangeness => up.Strangeness;

    public EvidenceReading Observe(in ArmsBucket bucket)
    {
        var higher = up.Observe(bucket);
        var lower = down.Observe(bucket);
        if (higher.IsAnomaly != lower.IsAnomaly)
            return higher.IsAnomaly ? higher : lower;
        return higher.LogE >= lower.LogE ? higher : lower;
    }
}
