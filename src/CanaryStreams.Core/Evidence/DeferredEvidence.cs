namespace CanaryStreams.Core.Evidence;

/// <summary>
/// Evidence for a metric of whose level too little is known yet: waits until the first buckets in which both arms speak
/// say what scale and kind of process it needs, and then takes these buckets after all. Until then there is none.
/// </summary>
internal sealed class DeferredEvidence(EvidenceOrder order) : IMetricEvidence
{
    /// <summary>How many buckets are kept.</summary>
    public const int Kept = 5;

    private readonly List<ArmsBucket> _first = new(Kept);
    private IMetricEvidence? _evidence;

    public double? Strangeness => _evidence?.Strangeness;

    public EvidenceReading Observe(in ArmsBucket bucket)
    {
        if (_evidence is not null)
            return _evidence.Observe(bucket);
        var reading = new EvidenceReading(0, -Math.Log(order.BudgetShare), 0, 0, 0, false, null, double.NaN);
        if (bucket.Stable.IsEmpty || bucket.Canary.IsEmpty)
            return reading;
        if (_first.Count == Kept)
            _first.RemoveAt(0);
        _first.Add(bucket);
        _evidence = MetricEvidenceFactory.TryCreate(order, _first);
        if (_evidence is null)
            return reading;
        foreach (var earlier in _first)
            reading = _evidence.Observe(earlier);
        return reading;
    }
}
