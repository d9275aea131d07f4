namespace CanaryStreams.Core.Evidence;

/// <summary>
/// Evidence for an application without any history: the first bucket in which both arms speak says what level and kind of
/// process the metric needs; until then there is none.
/// </summary>
internal sealed class DeferredEvidence(double budgetShare, Func<Arm, IMetricEvidence> create) : IMetricEvidence
{
    private readonly double _logThreshold = -Math.Log(budgetShare);
    private IMetricEvidence? _evidence;

    public EvidenceReading Observe(in ArmsBucket bucket)
    {
        if (_evidence is null && !bucket.Stable.IsEmpty && !bucket.Canary.IsEmpty)
            _evidence = create(bucket.Stable);
        return _evidence?.Observe(bucket) ?? new EvidenceReading(0, _logThreshold, 0, 0, 0, false, null, double.NaN);
    }
}
