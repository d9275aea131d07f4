using CanaryStreams.Core.Policies;

namespace CanaryStreams.Core.Evidence;

/// <summary>
/// Anytime-valid evidence that two variants that run side by side differ in one metric: two one-sided processes, each that
/// one of them is worse than the other by at least minEffect. A variant beside another is what a canary is beside stable, so
/// each process is the one of <see cref="MetricEvidenceFactory"/> with the other variant as its stable side, and is as
/// robust against shared incidents, blips and slow noise of either arm. What both are beside stable it doesn't look at.
/// </summary>
internal sealed class VariantEvidence
{
    private readonly IMetricEvidence _secondWorse;
    private readonly IMetricEvidence _firstWorse;

    /// <param name="metric">Worse in one direction: of two variants that differ in a metric that may go neither way nobody can say which is off.</param>
    /// <param name="past">Stable's buckets before the variants, oldest first: how noisy the metric is.</param>
    /// <param name="share">Probability with which each of the two may say so of variants that are alike, in (0,1).</param>
    /// <exception cref="ArgumentException">The metric is worse in both directions.</exception>
    public VariantEvidence(MetricPolicy metric, IReadOnlyList<Arm> past, double share, EvidenceSettings settings)
    {
        if (metric.Worse == Worse.Both)
            throw new ArgumentException("is worse in both directions: no variant is better in it", nameof(metric));
        settings = settings with { PastTellsRate = false };
        _secondWorse = MetricEvidenceFactory.Create(metric, past, share, settings);
        _firstWorse = MetricEvidenceFactory.Create(metric, past, share, settings);
    }

    /// <summary>That the second variant is worse than the first, effects being second − first.</summary>
    public EvidenceReading SecondWorse { get; private set; }

    /// <summary>That the first variant is worse than the second, effects being first − second.</summary>
    public EvidenceReading FirstWorse { get; private set; }

    /// <summary>Takes the next bucket of both (in order, none twice); an empty one says nothing and costs nothing.</summary>
    public void Observe(long endMs, in Arm first, in Arm second)
    {
        SecondWorse = _secondWorse.Observe(new ArmsBucket(endMs, first, second));
        FirstWorse = _firstWorse.Observe(new ArmsBucket(endMs, second, first));
    }
}
