namespace CanaryStreams.Core.Evidence;

/// <summary>
/// Anytime-valid evidence that a canary's metric is worse than its concurrent stable side by at least minEffect. May be
/// looked at after every bucket; under a healthy canary P(it ever reaches its threshold) ≤ its share of the budget.
/// </summary>
public interface IMetricEvidence
{
    /// <summary>Takes the next bucket (in order, none twice); empty arms say nothing and cost nothing.</summary>
    EvidenceReading Observe(in ArmsBucket bucket);

    /// <summary>
    /// Probability that the arms' noise is unlike what the fleet taught, were there no fault; null where it can't tell or
    /// nothing was taught.
    /// </summary>
    double? Strangeness => null;
}
