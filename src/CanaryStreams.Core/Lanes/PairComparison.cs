using CanaryStreams.Core.Evidence;
using CanaryStreams.Core.Forecast;
using CanaryStreams.Core.Policies;
using CanaryStreams.Core.Signals;

namespace CanaryStreams.Core.Lanes;

/// <summary>The evidence of one synthetic transaction's pairs in one cluster and variant.</summary>
internal sealed class PairComparison(Policy policy, double budgetShare, EvidenceSettings settings)
{
    private readonly PairEvidence _evidence = new(policy.SyntheticMinEffect, budgetShare, settings);
    private readonly ForecastTracker _tracker = new(policy.SyntheticMinEffect, settings, FailureForecaster.Default);
    private int _pairs;

    /// <summary>The pairs of the bucket that is about to be observed; null where it has none.</summary>
    public PairBucket? Counts { get; set; }

    public EvidenceReading Reading { get; private set; }

    public void Observe(long endMs)
    {
        var counts = Counts ?? new PairBucket("", "", "", null, 0, 0, 0, 0);
        Counts = null;
        _pairs = counts.BothOk + counts.OnlyStableFailed + counts.OnlyCanaryFailed + counts.BothFailed;
        Reading = _evidence.Observe(
            endMs,
            counts.BothOk,
            counts.OnlyStableFailed,
            counts.OnlyCanaryFailed,
            counts.BothFailed
        );
    }

    /// <summary>Once for each bucket observed. Of pairs there is no series of their own past to score.</summary>
    public SignalForecast Forecast() => _tracker.Observe(Reading, anomalyScore: 0, _pairs, missing: false);
}
